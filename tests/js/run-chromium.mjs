// The suite in headless Chromium: `node tests/js/run-chromium.mjs [part of a name]`
import { runPlaces } from './browser-places.mjs';
import { launchChromium } from './chromium.mjs';

const browser = await launchChromium();

// Each place has a context, and so connections, of its own.
const evaluateIn = async (url, code) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const value = await page.evaluate(code);
  await context.close();
  return value;
};
await runPlaces(`chromium ${browser.version()}`, evaluateIn, () => browser.close(), { parallel: 3 });
