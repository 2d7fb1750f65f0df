import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** Nothing that a browser does by itself asks anything of the network. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Playwright's own is half a minute: on a machine that stands still for as long a page is late, and nothing else is wrong. */
const PATIENCE_MS = 120_000;

/** Whether there is a browser. The runner lists "tests in a browser" as skipped, with the command that brings one, where there is none. */
export const hasChromium = existsSync(EXECUTABLE);

/** Chromium without a window. Whatever is waited for in its pages has two minutes. */
export async function launchChromium(...args: string[]): Promise<Browser> {
  const all = ['--no-sandbox', '--disable-gpu', ...QUIET, ...args];
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: all, timeout: PATIENCE_MS });
  const open = browser.newContext.bind(browser);
  // Pages that are opened without a context of their own come through here as well.
  browser.newContext = async (options) => {
    const context = await open(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  };
  return browser;
}
