// The suite in headless Firefox: `node tests/hosts/firefox.mjs [part of a name]`
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { inContexts, runPlaces } from '../js/browser-places.mjs';

const executablePath = process.env.FIREFOX || ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);
if (!executablePath) throw new Error('Firefox was not found: name it with FIREFOX=');
// Tabs in the background have slow timers, and no tab is in front of another for long.
const prefs = { 'dom.min_background_timeout_value': 4, 'dom.min_background_timeout_value_without_budget_throttling': 4, 'dom.timeout.enable_budget_timer_throttling': false };
const browser = await puppeteer.launch({ browser: 'firefox', extraPrefsFirefox: prefs, executablePath, headless: true, protocolTimeout: 300_000 });

const version = (await browser.version()).replace(/^firefox\//i, '');
await runPlaces(`firefox ${version}`, inContexts(() => browser.createBrowserContext()), () => browser.close(), { lacks: { head: true }, parallel: 3 });
