// The suite in headless Chromium: `node tests/js/run-chromium.mjs [part of a name]`
import { inContexts, runPlaces } from './browser-places.mjs';
import { launchChromium } from './chromium.mjs';

const browser = await launchChromium();

await runPlaces(`chromium ${browser.version()}`, inContexts(() => browser.newContext()), () => browser.close(), { parallel: 3 });
