import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mails } from '../src/mail/emails/index.ts';
import { languages } from '../src/mail/locales/language.ts';
import { type PreviewServer, previewServer } from '../src/mail/preview/preview-server.ts';
import { sampleLinks as links } from '../src/mail/preview/sample-links.ts';
import { renderMail } from '../src/mail/render-mail.ts';

/** The page's colour in the dark theme, as a browser says it. */
const DARK = 'rgb(16, 20, 18)';
const GROUND = 'getComputedStyle(document.body).backgroundColor';
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

// The runner lists "tests in a browser" as skipped, with the command that brings one, where there is none.
describe.runIf(existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ]),
    });
    page = await browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
  });

  afterAll(() => browser?.close());

  describe.each([...mails].map((mail) => [mail.name, mail] as const))('the mail %s', (_name, mail) => {
    it.each(languages)(
      'fits the narrowest phone in %s, its button can be hit, and nothing is asked of the network',
      async (locale) => {
        const requests: string[] = [];
        const note = (request: { url(): string }) => requests.push(request.url());
        page.on('request', note);
        await page.setContent(renderMail(mail, { data: mail.options.sample, locale, links }).html);
        const seen = await page.evaluate<{ overflow: number; buttons: number[]; ground: string }>(`({
        overflow: document.documentElement.scrollWidth - innerWidth,
        buttons: [...document.querySelectorAll('a.on-accent')].map((link) => link.getBoundingClientRect().height),
        ground: ${GROUND},
      })`);
        page.off('request', note);
        expect(seen).toMatchObject({ overflow: 0, ground: DARK });
        // WCAG 2.2, 2.5.8 asks for 24 pixels; Apple and Google for 44 and 48. A label that a wide font wraps is higher.
        for (const height of seen.buttons) expect(height).toBeGreaterThanOrEqual(48);
        expect(requests).toEqual([]);
      },
    );
  });

  describe('the page of mails', () => {
    let server: PreviewServer;

    beforeAll(async () => {
      server = await previewServer({ port: 0 });
    });

    afterAll(() => server?.close());

    it('shows the mail, language, width, colours and view that are chosen, and keeps them over a reload', async () => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.setViewportSize({ width: 1200, height: 900 });
      await page.goto(server.url);
      await page.getByRole('link', { name: 'new-device' }).click();
      for (const name of ['ar', 'dark', 'phone']) await page.getByRole('button', { name, exact: true }).click();
      await page.reload();
      const mail = page.frameLocator('#frame');
      await mail.getByRole('heading', { name: 'تسجيل دخول من جهاز جديد' }).waitFor();
      expect((await page.locator('#frame').boundingBox())?.width).toBe(375);
      expect(await page.frame({ url: /new-device/ })?.evaluate(GROUND)).toBe(DARK);
      await page.getByRole('button', { name: 'Text', exact: true }).click();
      await page.getByText('الشبكة: 203.0.113.0/24').waitFor();
      await page.getByRole('button', { name: 'Source', exact: true }).click();
      await page.getByText('<!doctype html>').waitFor();
      expect(errors).toEqual([]);
    });
  });
});
