import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveExample } from '@postern/client/examples';
import { linkToken, UserRegistered } from '@postern/events';
import { hasChromium, launchChromium } from '@postern/local/testing';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { modules } from '../src/modules.ts';
import { everyModule } from './accounts/every-module.ts';
import { signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { ClientCopies } from './client-copies.ts';
import { OpenApiContract } from './open-api-contract.ts';

describe.runIf(hasChromium)('the example front end of @postern/client, in a browser', () => {
  let gateway: TestGateway;
  let server: Server;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    // Its origin has to be known before the gateway starts.
    let gatewayUrl = '';
    server = await serveExample(() => gatewayUrl, 0);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    gateway = await TestGateway.start({ env: { PUBLIC_URL: 'http://127.0.0.1:3000', COOKIE_ORIGINS: url } });
    gatewayUrl = gateway.url;
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    await gateway?.close();
  });

  async function fillIn(page: Page, email: string, password: string): Promise<void> {
    await page.getByLabel('E-mail address').fill(email);
    await page.locator('#sign-in').getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signs somebody up, follows the mailed link, and signs them in. */
  async function signedIn(page: Page, query: string): Promise<{ email: string; password: string }> {
    const { email, password } = signUp();
    await page.goto(`${url}/${query}`);
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await page.getByLabel('E-mail', { exact: true }).fill(email);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Follow the link in the mail').waitFor();

    const { token_id } = await gateway.events.next(UserRegistered, (event) => event.email === email);
    const token = linkToken(gateway.config.env.LINK_KEY, 'verify-email', token_id, email);
    await page.goto(`${url}/verify-email${query}${query ? '&' : '?'}token=${token}`);
    await page.getByText('Your address is verified').waitFor();

    await fillIn(page, email, password);
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    return { email, password };
  }

  it.each([
    ['cookies', ''],
    ['tokens', '?session=tokens'],
  ])('signs up, verifies by the mailed link, signs in and shows sessions, in %s', async (mode, query) => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await signedIn(page, query);
    await page.getByText('(here)').waitFor();
    const kept = (await page.evaluate('JSON.stringify(localStorage) + document.cookie')) as string;
    expect(kept.includes('oken')).toBe(mode === 'tokens');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.runIf(modules.includes(twoFactorModule)).each([
    ['cookies', ''],
    ['tokens', '?session=tokens'],
  ])('turns a second factor on, and asks for it at the next sign-in, in %s', async (_mode, query) => {
    const page = await browser.newPage();
    const { email, password } = await signedIn(page, query);
    await page.getByRole('button', { name: 'Set up a second factor' }).click();
    const secret = (await page.locator('#secret').filter({ hasText: /./ }).textContent()) ?? '';
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    // By the gateway's clock, which stands still.
    await page.getByLabel('First code').fill(totp.generate({ timestamp: gateway.clock.now().getTime() }));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('Keep these recovery codes').waitFor();
    const [recoveryCode = ''] =
      /[A-Z0-9]{7}(-[A-Z0-9]{7}){3}/.exec((await page.locator('#message').textContent()) ?? '') ?? [];
    await page.getByRole('button', { name: 'Sign out' }).click();

    await fillIn(page, email, password);
    await page.getByLabel('Code of your app').fill(recoveryCode);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('(here)').waitFor();
    await page.close();
  });

  it('offers no second factor where its API has none', async () => {
    const bare = await TestGateway.start({ modules: everyModule.filter((each) => each !== twoFactorModule) });
    using copies = new ClientCopies();
    const copy = await copies.add('bare', (await OpenApiContract.of(bare.url)).document);
    const { serveExample: serveCopy }: { serveExample: typeof serveExample } = await import(
      join(copy, 'examples/serve.ts')
    );
    const served = await serveCopy(() => bare.url, 0);
    const { email, password } = await verified(bare);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(served.address() as AddressInfo).port}/?session=tokens`);
    await fillIn(page, email, password);
    await page.getByText('(here)').waitFor();
    expect(await page.content()).not.toMatch(/second|factor|code/i);
    await page.close();
    served.close();
    await bare.close();
  });

  it.each([
    ['cookies', ''],
    ['tokens', '?session=tokens'],
  ])(
    'stays signed in in each tab when all refresh at once, and lets most take what another got, in %s',
    async (mode, query) => {
      const { email, password } = await verified(gateway);
      const context = await browser.newContext();
      const first = await context.newPage();
      await first.goto(`${url}/${query}`);
      await fillIn(first, email, password);
      await first.getByText('(here)').waitFor();
      const refreshes: string[] = [];
      context.on('request', (request) => {
        if (request.url().endsWith('/v1/auth/refresh')) refreshes.push(request.url());
      });
      // Its access token is due in every tab at once.
      if (mode === 'cookies') gateway.clock.advance(700);
      else
        await first.evaluate(`{
      const tokens = JSON.parse(localStorage.getItem('postern-tokens'));
      localStorage.setItem('postern-tokens', JSON.stringify({ ...tokens, expiresAt: 0 }));
    }`);
      const tabs = await Promise.all([1, 2, 3, 4].map(() => context.newPage()));
      await Promise.all(tabs.map((tab) => tab.goto(`${url}/${query}`)));
      await Promise.all(tabs.map((tab) => tab.getByText('(here)').waitFor()));
      // One, as a rule. What a tab wrote reaches another process a moment after the lock, and the server's grace is for that.
      expect(refreshes.length).toBeGreaterThan(0);
      expect(refreshes.length).toBeLessThan(tabs.length);
      await context.close();
    },
  );
});
