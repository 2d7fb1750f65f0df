import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasChromium, launchChromium } from '@postern/local/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from './accounts/test-gateway.ts';
import { send } from './http-harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

describe('the documentation pages', () => {
  it('come from this server alone, under a policy that allows no script but its files', async () => {
    const page = await send(`${gateway.url}/docs`, 'GET');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.text).not.toMatch(/https?:/);
    expect(page.text).not.toMatch(/<script>|onload=/);
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await send(gateway.url + path, 'GET')).status, path).toBe(200);
    }
    expect((await send(`${gateway.url}/`, 'GET')).headers.get('location')).toBe('/docs');
  });

  it('explain every kind of problem', async () => {
    const list = await send(`${gateway.url}/problems`, 'GET');
    expect(list.text).toContain('/problems/validation-failed');
    const one = await send(`${gateway.url}/problems/rate-limited`, 'GET');
    expect(one.text).toContain('Retry-After');
    expect(one.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'self';/);
  });
});

describe.runIf(hasChromium)('the documentation pages in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-test-docs-'));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  it('render every operation, and one can be tried', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(`${gateway.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    const { paths } = JSON.parse((await send(`${gateway.url}/openapi.json`, 'GET')).text) as { paths: object };
    const count = Object.values(paths).flatMap((methods) => Object.keys(methods)).length;
    expect(await page.locator('.opblock').count()).toBe(count);

    const register = page.locator('#operations-sign-up-register');
    await register.locator('.opblock-summary-control').click();
    const execute = register.locator('button.execute');
    await execute.click();
    const status = register.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    expect(await status.textContent()).toMatch(/^201/);
    await page.screenshot({ path: process.env.DOCS_SCREENSHOT ?? join(folder, 'docs.png') });
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
    await page.close();
  });

  it('render a problem page with its style', async () => {
    const page = await browser.newPage();
    await page.goto(`${gateway.url}/problems/validation-failed`);
    expect(await page.locator('h1').textContent()).toBe('The request has invalid values');
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).not.toBe('none');
    await page.close();
  });
});
