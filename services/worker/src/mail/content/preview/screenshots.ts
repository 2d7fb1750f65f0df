/**
 * Photographs every mail with its sample data, as phones and desktops show it, light and dark, in each language asked for.
 *
 *     npx -y pnpm@12 exec node services/worker/src/mail/content/preview/screenshots.ts /tmp/mails --locales en,de,ar --mails welcome,new-device
 *
 * Needs Chromium: CHROMIUM_PATH, or /usr/bin/chromium.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { languages } from '@postern/locales';
import { chromium } from 'playwright-core';
import type { MailDefinition } from '../define-mail.ts';
import { mails } from '../mails/index.ts';
import { renderMail } from '../render-mail.ts';
import { sampleBrand, sampleLinks } from './sample-links.ts';

const WIDTHS = [375, 640];
const SCHEMES = ['light', 'dark'] as const;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { locales: { type: 'string', default: languages.join(',') }, mails: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('Usage: screenshots.ts FOLDER [--locales en,de] [--mails welcome,new-device]');
  process.exit(1);
}

const locales = values.locales.split(',');
const wanted = values.mails?.split(',');
const chosen = [...mails].filter(({ name }) => wanted === undefined || wanted.includes(name));
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]),
});
try {
  let count = 0;
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      // A fresh context that may load nothing: a remote image or font would show as missing.
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, offline: true });
      const page = await context.newPage();
      for (const mail of chosen) {
        for (const locale of locales) {
          await page.setContent(render(mail, locale));
          await page.screenshot({
            path: join(folder, `${mail.name}.${locale}.${width}.${colorScheme}.png`),
            fullPage: true,
          });
          count += 1;
        }
      }
      await context.close();
    }
  }
  console.log(`${count} screenshots of ${chosen.length} mails in ${folder}`);
} finally {
  await browser.close();
}

function render(mail: MailDefinition<unknown>, locale: string): string {
  return renderMail(mail, { data: mail.options.sample, locale, links: sampleLinks, brand: sampleBrand }).html;
}
