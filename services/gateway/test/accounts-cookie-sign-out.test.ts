import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP, BrowserPage } from './accounts/browser.ts';
import { verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ env: { PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: APP } });
});
afterAll(() => gateway.close());

/** A browser with the cookies of a session that has ended meanwhile, as often as it asks for them. */
async function signedOutPage() {
  const { email, password } = await verified(gateway);
  const page = new BrowserPage(gateway.url);
  await page.post('/v1/auth/login', { email, password });
  const kept = page.copy();
  await page.post('/v1/auth/logout');
  const putBack = () => {
    for (const [name, value] of kept) page.cookies.set(name, value);
  };
  return { page, putBack };
}

describe('a session in cookies that is over', () => {
  it('ends in the browser too, as often as its owner signs out', async () => {
    const { page, putBack } = await signedOutPage();
    for (let again = 0; again < 2; again++) {
      putBack();
      expect((await page.post('/v1/auth/logout')).status).toBe(204);
      expect([...page.cookies.keys()]).toEqual(['postern_device']);
    }
  });

  it('leaves no cookies to whoever signs out everywhere with it, which is not claimed to be done', async () => {
    const { page, putBack } = await signedOutPage();
    putBack();
    expect((await page.post('/v1/auth/logout-all')).status).toBe(401);
    expect([...page.cookies.keys()]).toEqual(['postern_device']);
  });
});

describe('a refresh cookie that was exchanged', () => {
  async function exchanged() {
    const { email, password } = await verified(gateway);
    const [page, elsewhere] = [new BrowserPage(gateway.url), new BrowserPage(gateway.url)];
    for (const one of [page, elsewhere]) await one.post('/v1/auth/login', { email, password });
    const stolen = new BrowserPage(gateway.url);
    stolen.cookies.set('postern_refresh', page.cookies.get('postern_refresh') as string);
    await page.post('/v1/auth/refresh', {});
    return { page, elsewhere, stolen };
  }

  it('signs nobody out everywhere once its successor was seen', async () => {
    const { page, elsewhere, stolen } = await exchanged();
    expect((await page.get('/v1/auth/user')).status).toBe(200);
    expect((await stolen.post('/v1/auth/logout-all')).status).toBe(401);
    expect((await elsewhere.get('/v1/auth/user')).status).toBe(200);
  });

  it('does while nobody was seen with its successor, whose answer may have been lost', async () => {
    const { elsewhere, stolen } = await exchanged();
    expect((await stolen.post('/v1/auth/logout-all')).status).toBe(204);
    expect((await elsewhere.get('/v1/auth/user')).status).toBe(401);
  });
});
