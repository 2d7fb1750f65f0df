import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP, BrowserPage, CookieJar } from './accounts/browser.ts';
import { type Person, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ env: { PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: APP } });
});
afterAll(() => gateway.close());

async function signedInPage(): Promise<{ page: BrowserPage; person: Person }> {
  const person = await verified(gateway);
  const page = new BrowserPage(gateway.url);
  await page.post('/v1/auth/login', { email: person.email, password: person.password });
  return { page, person };
}

/** With the cookies that the browser has when it sends. */
function tabOf(page: BrowserPage): BrowserPage {
  const tab = new BrowserPage(gateway.url);
  for (const [name, value] of page.cookies) tab.cookies.set(name, value);
  return tab;
}

const me = '/v1/auth/user';

describe('a session in cookies of several tabs', () => {
  it('stays when two tabs refresh at once: both get the same cookies', async () => {
    const { page } = await signedInPage();
    const tabs = [1, 2, 3].map(() => tabOf(page));
    const answers = await Promise.all(tabs.map((tab) => tab.post('/v1/auth/refresh', {})));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(new Set(tabs.map((tab) => tab.cookies.get('postern_refresh'))).size).toBe(1);
    for (const tab of tabs) expect((await tab.get(me)).status).toBe(200);
  });

  it('stays when the answer to a confirmed password comes after that to a refresh of another tab', async () => {
    const { page, person } = await signedInPage();
    const other = tabOf(page);
    const confirmed = await other.post('/v1/auth/password/confirm', { password: person.password });
    await page.post('/v1/auth/refresh', {});
    expect((await page.get(me)).status).toBe(200);
    const late = new CookieJar();
    late.take(confirmed.headers);
    for (const [name, value] of late.cookies) page.cookies.set(name, value);
    expect((await page.get(me)).status).toBe(200);
    gateway.clock.advance(60);
    expect((await page.post('/v1/auth/refresh', {})).status).toBe(204);
    expect((await page.get(me)).status).toBe(200);
  });

  it('stays when the answer to a refresh is lost and the password is confirmed before the next', async () => {
    const { page, person } = await signedInPage();
    expect((await tabOf(page).post('/v1/auth/refresh', {})).status).toBe(204);
    expect((await page.post('/v1/auth/password/confirm', { password: person.password })).status).toBe(204);
    expect((await page.get(me)).status).toBe(200);
    gateway.clock.advance(60);
    expect((await page.post('/v1/auth/refresh', {})).status).toBe(204);
    expect((await page.get(me)).status).toBe(200);
  });
});
