import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountSwitch } from '../src/accounts/administration/account-switch.ts';
import { APP, BrowserPage } from './accounts/browser.ts';
import { Client } from './accounts/client.ts';
import { type Person, registered, signedIn, verified } from './accounts/person.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ env: { PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: APP } });
});
afterAll(() => gateway.close());

async function signedInPage(someone?: Person): Promise<{ page: BrowserPage; person: Person }> {
  const person = someone ?? (await verified(gateway));
  const page = new BrowserPage(gateway.url);
  const answer = await page.post('/v1/auth/login', { email: person.email, password: person.password });
  expect(answer.status).toBe(201);
  return { page, person };
}

/** Past the life of an access token; the browser drops its cookie then. */
function letAccessTokenEnd(page: BrowserPage): void {
  gateway.clock.advance(700);
  page.cookies.delete('postern_access');
}

const me = '/v1/auth/user';

describe('a session in cookies', () => {
  it('gives the page no token, and lets it do what an access token does', async () => {
    const person = await verified(gateway);
    const page = new BrowserPage(gateway.url);
    const answer = await page.post('/v1/auth/login', { email: person.email, password: person.password });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body).sort()).toEqual(['session_expires_at', 'status']);
    expect([...page.cookies.keys()].sort()).toEqual(['postern_access', 'postern_device', 'postern_refresh']);
    expect(answer.headers.getSetCookie().every((text) => /; HttpOnly; SameSite=Strict;/.test(text))).toBe(true);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await page.get(me)).body.email).toBe(person.email);
    expect((await page.send('PATCH', me, { first_name: 'Augusta' })).status).toBe(200);
  });

  it('is renewed by its refresh cookie, without a token in a body', async () => {
    const { page } = await signedInPage();
    const before = page.copy();
    letAccessTokenEnd(page);
    expect((await page.get(me)).status).toBe(401);
    const answer = await page.post('/v1/auth/refresh', {});
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(page.cookies.get('postern_refresh')).not.toBe(before.get('postern_refresh'));
    expect((await page.get(me)).status).toBe(200);
  });

  it('ends everywhere when a used refresh cookie comes back after its successor was seen', async () => {
    const { page } = await signedInPage();
    const stolen = new BrowserPage(gateway.url);
    for (const [name, value] of page.cookies) stolen.cookies.set(name, value);
    await page.post('/v1/auth/refresh', {});
    expect((await page.get(me)).status).toBe(200);
    gateway.clock.advance(60);
    expect((await stolen.post('/v1/auth/refresh', {})).status).toBe(401);
    expect((await page.get(me)).status).toBe(401);
  });

  it('is one of the sessions that its owner sees and may end', async () => {
    const person = await verified(gateway);
    const { accessToken: token, client } = await signedIn(gateway, person);
    const { page } = await signedInPage(person);
    const { sessions } = (await page.get('/v1/auth/sessions')).body;
    expect(sessions.map(({ current }: { current: boolean }) => current).sort()).toEqual([false, true]);
    const { id } = sessions.find(({ current }: { current: boolean }) => current);
    expect((await client.send('DELETE', `/v1/auth/sessions/${id}`, undefined, { token })).status).toBe(204);
    expect((await page.get(me)).status).toBe(401);
    expect((await page.post('/v1/auth/refresh', {})).status).toBe(401);
  });

  it.each([
    ['/v1/auth/logout', 'POST'],
    ['/v1/auth/logout-all', 'POST'],
    ['/v1/auth/user', 'DELETE'],
  ])('ends for good with %s, in the browser and on the server', async (path, method) => {
    const { page } = await signedInPage();
    const kept = page.copy();
    expect((await page.send(method, path)).status).toBe(204);
    expect([...page.cookies.keys()]).toEqual(['postern_device']);
    for (const [name, value] of kept) page.cookies.set(name, value);
    expect((await page.get(me)).status).toBe(401);
    expect((await page.post('/v1/auth/refresh', {})).status).toBe(401);
  });

  it('ends with the cookie of the session that its owner ends here', async () => {
    const { page } = await signedInPage();
    const [{ id }] = (await page.get('/v1/auth/sessions')).body.sessions;
    await page.send('DELETE', `/v1/auth/sessions/${id}`);
    expect([...page.cookies.keys()]).toEqual(['postern_device']);
  });

  it('ends by signing out although its access token has ended meanwhile', async () => {
    const { page } = await signedInPage();
    const kept = page.copy();
    letAccessTokenEnd(page);
    expect((await page.post('/v1/auth/logout')).status).toBe(204);
    for (const [name, value] of kept) page.cookies.set(name, value);
    expect((await page.post('/v1/auth/refresh', {})).status).toBe(401);
  });

  it('gives by its refresh cookie alone nothing but its end', async () => {
    const { page } = await signedInPage();
    page.cookies.delete('postern_access');
    for (const path of [me, '/v1/auth/sessions', '/v1/auth/two-factor'])
      expect((await page.get(path)).status).toBe(401);
    expect((await page.send('DELETE', me)).status).toBe(401);
  });

  it('cannot be fixed beforehand: a sign-in makes a new one and ends the one that the browser had', async () => {
    const attacker = await signedInPage();
    const victim = await verified(gateway);
    const planted = new BrowserPage(gateway.url);
    for (const [name, value] of attacker.page.cookies) planted.cookies.set(name, value);
    await planted.post('/v1/auth/login', { email: victim.email, password: victim.password });
    expect((await planted.get(me)).body.email).toBe(victim.email);
    expect((await attacker.page.get(me)).status).toBe(401);
    const ends = { subject_id: idToBytes(attacker.person.id), action: 'sign-out' };
    expect(await gateway.database.sql('audit_log').where(ends)).toMatchObject([{ reason: 'another sign-in' }]);
  });

  it('ends as any other with a new password elsewhere and with the account disabled', async () => {
    const person = await verified(gateway);
    const { accessToken: token, client } = await signedIn(gateway, person);
    const { page } = await signedInPage(person);
    const password = 'another passphrase of mine';
    const body = { current_password: person.password, password, password_confirmation: password };
    expect((await client.post('/v1/auth/password/change', body, { token })).status).toBe(200);
    expect((await page.get(me)).status).toBe(401);
    const again = await signedInPage({ ...person, password });
    await gateway.database.transaction((tx) =>
      gateway.container.get(AccountSwitch).disable(tx, person.id, { operator: 'test' }),
    );
    expect((await again.page.get(me)).status).toBe(401);
    expect((await again.page.post('/v1/auth/refresh', {})).status).toBe(401);
  });

  it('stays when its own page changes the password, and renews its cookies when the password is confirmed', async () => {
    const { page, person } = await signedInPage();
    const password = 'another passphrase of mine';
    const body = { current_password: person.password, password, password_confirmation: password };
    expect((await page.post('/v1/auth/password/change', body)).status).toBe(200);
    const before = page.cookies.get('postern_access');
    const confirmed = await page.post('/v1/auth/password/confirm', { password });
    expect([confirmed.status, confirmed.text]).toEqual([204, '']);
    expect(page.cookies.get('postern_access')).not.toBe(before);
    expect((await page.get(me)).status).toBe(200);
  });

  it('accepts a second factor, and knows the device by its cookie at the next sign-in', async () => {
    const person = await withSecondFactor(gateway);
    const page = new BrowserPage(gateway.url);
    const { email, password } = person;
    const first = await page.post('/v1/auth/login', { email, password });
    expect([first.status, first.body.status]).toEqual([200, 'second_factor_required']);
    expect(page.cookies.size).toBe(0);
    const body = { challenge_token: first.body.challenge_token, code: appShows(gateway, person.secret) };
    const second = await page.post('/v1/auth/login/second-factor', body);
    expect([second.status, second.body.status]).toEqual([201, 'signed_in']);
    expect((await page.get(me)).status).toBe(200);
    const device = page.cookies.get('postern_device') ?? '';
    await page.post('/v1/auth/logout');
    gateway.clock.advance(60);
    const next = await page.post('/v1/auth/login', { email, password });
    const code = appShows(gateway, person.secret);
    await page.post('/v1/auth/login/second-factor', { challenge_token: next.body.challenge_token, code });
    // The same device, minted again: its first 16 bytes are its name.
    const name = (token: string) => Buffer.from(token, 'base64url').subarray(0, 16).toString('hex');
    expect(name(page.cookies.get('postern_device') ?? '')).toBe(name(device));
  });

  it('lets the link of a sign-up be followed in the browser that signed up, without a secret in the page', async () => {
    const pending = await registered(gateway);
    const page = new BrowserPage(gateway.url);
    page.cookies.set('postern_sign_up', pending.signUpSecret);
    const stranger = await new BrowserPage(gateway.url).post('/v1/auth/email/verify', { token: pending.verifyToken });
    expect(stranger.status).toBe(403);
    expect((await page.post('/v1/auth/email/verify', { token: pending.verifyToken })).status).toBe(200);
  });
});

describe('cookies of a session', () => {
  it('count for nothing in a request that does not ask for them: there is nothing to forge', async () => {
    const { page } = await signedInPage();
    const cookie = [...page.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const client = new Client(gateway.url);
    for (const headers of [{ cookie }, { cookie, origin: APP }]) {
      expect((await client.get(me, { headers })).status).toBe(401);
      expect((await client.post('/v1/auth/logout-all', undefined, { headers })).status).toBe(401);
      expect((await client.post('/v1/auth/refresh', {}, { headers })).status).toBe(422);
    }
    expect((await page.get(me)).status).toBe(200);
  });

  it.each([
    ['an origin that is not listed', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['another port of the same host', { origin: 'http://localhost:5174' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('change nothing from %s', async (_who, headers) => {
    const { page } = await signedInPage();
    for (const [method, path, body] of [
      ['POST', '/v1/auth/logout-all', undefined],
      ['DELETE', me, undefined],
      ['PATCH', me, { first_name: 'Eve' }],
      ['POST', '/v1/auth/refresh', {}],
      ['GET', me, undefined],
    ] as const) {
      const answer = await page.send(method, path, body, { headers });
      expect([answer.status, answer.body.type.split('/').at(-1)]).toEqual([403, 'cookie-session-refused']);
    }
    expect((await page.get(me)).status).toBe(200);
  });

  it('are handed to no page that may not have them: nobody is signed in as somebody else by another site', async () => {
    const { email, password } = await verified(gateway);
    const page = new BrowserPage(gateway.url);
    const answer = await page.post(
      '/v1/auth/login',
      { email, password },
      { headers: { origin: 'https://evil.example' } },
    );
    expect(answer.status).toBe(403);
    expect(page.cookies.size).toBe(0);
  });

  it.each([
    'postern_access',
    'postern_access=',
    'postern_access=x; postern_refresh=y',
    'postern_access="quoted"',
    ';;;==;, ,postern_access==;',
    `postern_access=${'x'.repeat(5_000)}`,
    'postern_access=%00%ff; postern_refresh=%0d%0a',
    'postern_access=a; postern_access=b',
    '\u00e9=\u00fc; postern_refresh=\u00ff',
    'a=b; '.repeat(1_000),
  ])('that are odd are nobody’s (%#)', async (cookie) => {
    const page = new BrowserPage(gateway.url);
    const headers = { cookie };
    expect((await page.get(me, { headers })).status).toBe(401);
    expect((await page.post('/v1/auth/refresh', {}, { headers })).status).toBe(401);
    const refused = await page.post('/v1/auth/logout', undefined, { headers });
    expect(refused.status).toBe(401);
    // Whoever they were made by, they do not stay.
    expect(refused.headers.getSetCookie().map((one) => one.split('=')[0])).toEqual([
      'postern_access',
      'postern_refresh',
    ]);
    const body = { email: 'nobody@example.com', password: 'x' };
    expect((await page.post('/v1/auth/login', body, { headers })).status).toBe(401);
  });

  it('are not mixed with tokens in bodies', async () => {
    const { page } = await signedInPage();
    const answer = await page.post('/v1/auth/refresh', { refresh_token: page.cookies.get('postern_refresh') });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/refresh_token']);
  });

  it('may come along with calls of listed origins, and of no others', async () => {
    const preflight = async (origin: string) => {
      const response = await fetch(gateway.url + me, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'session-mode' },
      });
      return response.headers;
    };
    const listed = await preflight(APP);
    expect(listed.get('access-control-allow-origin')).toBe(APP);
    expect(listed.get('access-control-allow-credentials')).toBe('true');
    expect(listed.get('access-control-allow-headers')).toContain('session-mode');
    expect(listed.get('vary')).toBe('origin');
    for (const other of ['null', 'https://evil.example', `${APP}.evil.example`, 'http://localhost']) {
      const headers = await preflight(other);
      expect(headers.get('access-control-allow-origin'), other).toBeNull();
      expect(headers.get('access-control-allow-credentials'), other).toBeNull();
    }
  });
});
