// Headless Chromium. No request is routed by Playwright: it would answer preflights itself, and streams would suffer.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const programOf = () => {
  const executablePath = process.env.CHROMIUM || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) throw new Error('Chromium was not found: name it with CHROMIUM=');
  return executablePath;
};

export const launchChromium = () => chromium.launch({ executablePath: programOf(), args: FLAGS });

/** A context with the unpacked extension of `folder`. The old headless mode has no extensions, and a profile is needed for one. */
export const launchExtension = (folder, profile) =>
  chromium.launchPersistentContext(profile, {
    executablePath: programOf(),
    headless: false,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...FLAGS, '--headless=new', '--disable-features=DisableLoadExtensionCommandLineSwitch', `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
  });
