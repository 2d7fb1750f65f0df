import { hasChromium, launchChromium } from '@postern/local/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, verified } from './accounts/person.ts';
import { Sites } from './accounts/sites.ts';
import { TestGateway } from './accounts/test-gateway.ts';

/** What a page got: the status, or `refused` where the browser let it see nothing. */
type Seen = { status: number; text: string } | 'refused';

describe.runIf(hasChromium)('sessions in cookies, in a browser', () => {
  let sites: Sites;
  let gateway: TestGateway;
  let browser: Browser;
  let app: string;
  let api: string;

  beforeAll(async () => {
    sites = await Sites.open();
    app = sites.origin('app.postern.test');
    api = sites.origin('api.postern.test');
    gateway = await TestGateway.start({ env: { PUBLIC_URL: api, COOKIE_ORIGINS: app } });
    sites.serve(gateway.url);
    browser = await launchChromium('--host-resolver-rules=MAP *.test 127.0.0.1');
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    sites?.close();
  });

  async function open(context: BrowserContext, origin: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    return page;
  }

  const newContext = () => browser.newContext({ ignoreHTTPSErrors: true });

  function call(page: Page, method: string, path: string, init: Record<string, unknown> = {}): Promise<Seen> {
    const request = { method, credentials: 'include', headers: { 'session-mode': 'cookie' }, ...init };
    return page.evaluate(`fetch(${JSON.stringify(api + path)}, ${JSON.stringify(request)}).then(
      async (response) => ({ status: response.status, text: await response.text() }), () => 'refused')`) as Promise<Seen>;
  }

  function signIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<Seen> {
    const headers = { 'session-mode': 'cookie', 'content-type': 'application/json' };
    return call(page, 'POST', '/v1/auth/login', { headers, body: JSON.stringify({ email, password }) });
  }

  const refresh = (page: Page) =>
    call(page, 'POST', '/v1/auth/refresh', {
      headers: { 'session-mode': 'cookie', 'content-type': 'application/json' },
      body: '{}',
    });
  const status = async (page: Page) => {
    const seen = await call(page, 'GET', '/v1/auth/user');
    return seen === 'refused' ? seen : seen.status;
  };

  /** A browser with somebody signed in, at the listed page. */
  async function signedIn() {
    const context = await newContext();
    const page = await open(context, app);
    const person = await verified(gateway);
    expect(await signIn(page, person)).toMatchObject({ status: 201 });
    return { context, page, person };
  }

  it('are there for a listed page, and no script in it can read a token', async () => {
    const { context, page, person } = await signedIn();
    const seen = await call(page, 'GET', '/v1/auth/user');
    expect(seen !== 'refused' && JSON.parse(seen.text).email).toBe(person.email);
    expect(await page.evaluate('document.cookie')).toBe('');
    const cookies = await context.cookies(api);
    expect(cookies.map(({ name }) => name).sort()).toEqual([
      '__Host-postern_access',
      '__Host-postern_device',
      '__Host-postern_refresh',
    ]);
    for (const { httpOnly, secure, sameSite, domain, path } of cookies) {
      expect({ httpOnly, secure, sameSite, domain, path }).toEqual({
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        domain: 'api.postern.test',
        path: '/',
      });
    }
    await context.close();
  });

  it.each(['attacker.test', 'evil.postern.test'])('do nothing for a page of %s', async (host) => {
    const { context, page } = await signedIn();
    const evil = await open(context, sites.origin(host));
    // With the header it takes a preflight, which is refused; without it cookies count for nothing, even those of the same site.
    for (const init of [{}, { headers: {} }, { headers: {}, mode: 'no-cors' }]) {
      const seen = await call(evil, 'POST', '/v1/auth/logout-all', init);
      // What is sent without CORS is answered where the page cannot see it.
      expect(seen === 'refused' || seen.text === '').toBe(true);
    }
    expect(await call(evil, 'GET', '/v1/auth/user')).toBe('refused');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      for (const path of ['/v1/auth/logout-all', '/v1/auth/password/forgot', '/v1/auth/refresh']) {
        await evil.goto(`${sites.origin(host)}/`);
        await evil.evaluate(`{
          const form = document.createElement('form');
          Object.assign(form, { method: 'post', action: ${JSON.stringify(api + path)}, enctype: ${JSON.stringify(type)} });
          document.body.append(form);
          form.submit();
        }`);
        await evil.waitForURL(api + path);
      }
    }
    expect(await status(page)).toBe(200);
    await context.close();
  });

  it('cannot be planted or replaced by a neighbouring host', async () => {
    const { context, page, person } = await signedIn();
    const evil = await open(context, sites.origin('evil.postern.test'));
    for (const name of ['__Host-postern_access', '__Host-postern_refresh', 'postern_access']) {
      for (const rest of [
        'Domain=postern.test; Path=/; Secure',
        'Domain=postern.test; Path=/v1/auth; Secure',
        'Path=/; Secure',
      ]) {
        await evil.evaluate(`document.cookie = ${JSON.stringify(`${name}=planted; ${rest}`)}`);
      }
    }
    const seen = await call(page, 'GET', '/v1/auth/user');
    expect(seen !== 'refused' && JSON.parse(seen.text).email).toBe(person.email);
    expect(await refresh(page)).toMatchObject({ status: 204 });
    await context.close();
  });

  it('are begun by no other page: nobody is signed in as somebody else', async () => {
    const context = await newContext();
    const person = await verified(gateway);
    for (const host of ['attacker.test', 'evil.postern.test']) {
      const evil = await open(context, sites.origin(host));
      expect(await signIn(evil, person)).toBe('refused');
      const headers = { 'content-type': 'text/plain' };
      const body = JSON.stringify({ email: person.email, password: person.password });
      await call(evil, 'POST', '/v1/auth/login', { headers, body, mode: 'no-cors' });
    }
    expect(await context.cookies(api)).toEqual([]);
    await context.close();
  });

  it('stay when two tabs refresh at once', async () => {
    const { context, page } = await signedIn();
    const tabs = [page, await open(context, app), await open(context, app)];
    for (const _round of [1, 2]) {
      const seen = await Promise.all(tabs.map(refresh));
      expect(seen.map((one) => (one === 'refused' ? one : one.status))).toEqual([204, 204, 204]);
    }
    expect(await Promise.all(tabs.map(status))).toEqual([200, 200, 200]);
    await context.close();
  });

  it('are over in every tab when one signs out', async () => {
    const { context, page } = await signedIn();
    const other = await open(context, app);
    expect(await status(other)).toBe(200);
    expect(await call(page, 'POST', '/v1/auth/logout')).toMatchObject({ status: 204 });
    expect(await status(other)).toBe(401);
    expect(await refresh(other)).toMatchObject({ status: 401 });
    expect((await context.cookies(api)).map(({ name }) => name)).toEqual(['__Host-postern_device']);
    await context.close();
  });
});
