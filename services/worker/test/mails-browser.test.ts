import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasChromium, launchChromium } from '@postern/local/testing';
import { languages, messages } from '@postern/locales';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mails, RolesChangedMail } from '../src/mail/content/mails/index.ts';
import { type PreviewServer, previewServer } from '../src/mail/content/preview/preview-server.ts';
import { sampleBrand as brand, sampleLinks as links } from '../src/mail/content/preview/sample-links.ts';
import { renderMail } from '../src/mail/content/render-mail.ts';

/** The page's colour in the dark theme, as a browser says it. */
const DARK = 'rgb(16, 20, 18)';
const GROUND = 'getComputedStyle(document.body).backgroundColor';

describe.runIf(hasChromium)('in a browser', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
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
        await page.setContent(renderMail(mail, { data: mail.options.sample, locale, links, brand }).html);
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

  describe('a mail with words that no space breaks', () => {
    const long = 'W'.repeat(64);

    it.each(languages)('fits a phone in %s, with its mark in one shape', async (locale) => {
      await page.setViewportSize({ width: 375, height: 640 });
      const data = { first_name: long, roles: [long] };
      const wide = { name: long, supportAddress: `${long.toLowerCase()}@example.com` };
      await page.setContent(renderMail(RolesChangedMail, { data, locale, links, brand: wide }).html);
      const seen = await page.evaluate<{ overflow: number; name: number; mark: number[] }>(`(() => {
        const mark = document.querySelector('div.accent-bg').getBoundingClientRect();
        return {
          overflow: document.documentElement.scrollWidth - innerWidth,
          name: document.querySelector('span[dir=auto]').getClientRects().length,
          mark: [mark.width, mark.height],
        };
      })()`);
      expect(seen).toMatchObject({ overflow: 0, mark: [16, 20] });
      expect(seen.name).toBeGreaterThan(1);
    });
  });

  describe('the page of mails', () => {
    let server: PreviewServer;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'postern-page-'));
      server = await previewServer({ port: 0, watchedFolder: folder });
      await page.setViewportSize({ width: 1200, height: 900 });
    });

    afterAll(async () => {
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('shows the mail, language, width, colours and view that are chosen, and keeps them over a reload', async () => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(server.url);
      await page.getByRole('link', { name: 'new-device' }).click();
      const language = languages.at(-1) ?? 'en';
      for (const name of [language, 'dark', 'phone']) await page.getByRole('button', { name, exact: true }).click();
      await page.reload();
      const mail = page.frameLocator('#frame');
      await mail.getByRole('heading', { name: messages[language].newDevice.heading }).waitFor();
      expect((await page.locator('#frame').boundingBox())?.width).toBe(375);
      expect(await page.frame({ url: /new-device/ })?.evaluate(GROUND)).toBe(DARK);
      await page.getByRole('button', { name: 'Text', exact: true }).click();
      await page.getByText('الشبكة: \u200e203.0.113.0/24').waitFor();
      await page.getByRole('button', { name: 'Source', exact: true }).click();
      await page.getByText('<!doctype html>').waitFor();
      expect(errors).toEqual([]);
    });

    it('keeps the keyboard’s focus on what was chosen, and takes one step of Back for a mail and none for a choice', async () => {
      await page.goto(`${server.url}#mail=welcome`);
      await page.frameLocator('#frame').getByRole('heading').waitFor();
      const steps = () => page.evaluate<number>('history.length');
      const before = await steps();
      const dark = page.getByRole('button', { name: 'dark' });
      await dark.focus();
      await page.keyboard.press('Enter');
      await page.frameLocator('#frame').locator('meta[content=dark]').waitFor({ state: 'attached' });
      expect(await dark.getAttribute('aria-pressed')).toBe('true');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('dark');
      expect(await page.getByRole('button', { name: 'light' }).getAttribute('aria-pressed')).toBe('false');
      expect(await steps()).toBe(before);
      await page.getByRole('link', { name: 'new-device' }).focus();
      await page.keyboard.press('Enter');
      await page.frameLocator('#frame').getByRole('heading', { name: 'A new device signed in' }).waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toBe('new-device');
      expect(await steps()).toBe(before + 1);
    });

    it('has its status line in the window', async () => {
      for (const view of ['HTML', 'Text', 'Source']) {
        await page.goto(`${server.url}#mail=new-device&view=${view}`);
        await page.getByText('KB of HTML').waitFor();
        const box = await page.locator('#status').boundingBox();
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
      }
    });

    it('treats the first of a choice as one that there is not', async () => {
      await page.goto(`${server.url}#mail=welcome&language=xx&view=xx&scheme=xx`);
      await page.frameLocator('#frame').getByRole('heading', { name: 'Your account is ready' }).waitFor();
      expect(await page.getByRole('button', { name: 'en', exact: true }).getAttribute('aria-pressed')).toBe('true');
    });

    it('reports nothing about a mail that it no longer has', async () => {
      await page.goto(`${server.url}#mail=welcome`);
      await page.getByText('KB of HTML').waitFor();
      await page.route('**/mails', (route) => route.fulfill({ status: 500, body: 'SyntaxError: a mail is broken' }));
      await writeFile(join(folder, 'a-mail.ts'), '// changed');
      await page.getByText('SyntaxError: a mail is broken').waitFor();
      expect(await page.locator('#status').textContent()).toBe('');
      await page.unroute('**/mails');
    });

    it('reloads as a whole when a file of its own has changed', async () => {
      await page.goto(`${server.url}#mail=welcome&language=de`);
      await page.getByText('KB of HTML').waitFor();
      await page.evaluate('window.untouched = true');
      const reloaded = page.waitForEvent('load');
      await writeFile(join(folder, 'style.css'), '/* changed */');
      await reloaded;
      expect(await page.evaluate('window.untouched')).toBeUndefined();
      await page.frameLocator('#frame').getByRole('heading', { name: 'Ihr Konto ist bereit' }).waitFor();
    });
  });
});
