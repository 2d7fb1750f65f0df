import {
  type CookieNote,
  memoryTokens,
  PosternClient,
  PosternProblem,
  type ProblemKind,
  type TokenStore,
  webNote,
} from '@postern/client';
import { linkToken, UserRegistered } from '@postern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP, CookieJar } from './accounts/browser.ts';
import { signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({
    env: { REFRESH_GRACE_SECONDS: '0', PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: APP },
  });
});
afterAll(() => gateway.close());

/** A client that keeps what it has sent and been answered, by path. */
function recording(options: { tokens?: TokenStore; answers?: (request: Request) => Response | undefined } = {}) {
  const sent: Request[] = [];
  let ended = 0;
  const client = new PosternClient({
    baseUrl: gateway.url,
    ...(options.tokens ? { tokens: options.tokens } : {}),
    fetch: async (request) => {
      sent.push(request.clone());
      return options.answers?.(request) ?? fetch(request);
    },
    onSignedOut: () => {
      ended += 1;
    },
  });
  const paths = () => sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  return { client, sent, paths, ended: () => ended };
}

/** Signed in, with a store whose access token is due. */
async function withDueToken() {
  const { email, password } = await verified(gateway);
  const tokens = memoryTokens();
  const first = recording({ tokens });
  await first.client.signIn({ email, password });
  const kept = tokens.read();
  if (!kept) throw new Error('nothing was kept');
  tokens.write({ ...kept, expiresAt: Date.now() });
  return tokens;
}

const fails = (work: Promise<unknown>): Promise<PosternProblem> =>
  work.then(
    () => Promise.reject(new Error('it was expected to be refused')),
    (error: unknown) => (error instanceof PosternProblem ? error : Promise.reject(error)),
  );

describe('@postern/client in Node', () => {
  it('signs somebody up, verifies, signs in, reads and changes them, and signs out', async () => {
    const { client, sent } = recording();
    const person = signUp();
    const { email, password } = person;
    const body = { first_name: 'Ada', last_name: 'Lovelace', email, password, password_confirmation: password };
    const { data } = await client.api.POST('/v1/auth/register', { body });
    expect(sent[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    const { token_id } = await gateway.events.next(UserRegistered, (event) => event.email === email);
    const token = linkToken(gateway.config.env.LINK_KEY, 'verify-email', token_id, email);
    await client.api.POST('/v1/auth/email/verify', { body: { token, sign_up_secret: data?.sign_up_secret ?? '' } });
    expect(await client.signIn({ email, password })).toMatchObject({ status: 'signed_in' });
    await client.api.PATCH('/v1/auth/user', { body: { first_name: 'Augusta' } });
    expect((await client.api.GET('/v1/auth/user')).data?.first_name).toBe('Augusta');
    await client.signOut();
    expect(client.isSignedIn).toBe(false);
    expect((await fails(client.api.GET('/v1/auth/user'))).kind).toBe('unauthenticated');
  });

  it('throws refusals with their kind and the fields that are wrong', async () => {
    const { client } = recording();
    const problem = await fails(client.signIn({ email: 'not an address', password: '' }));
    expect(problem).toMatchObject({ kind: 'validation-failed', status: 422 });
    expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual(['/email', '/password']);
    const { email } = await verified(gateway);
    const wrong: ProblemKind = 'invalid-credentials';
    expect((await fails(client.signIn({ email, password: 'a wrong one' }))).kind).toBe(wrong);
  });

  it('brings the device along to the next sign-in, which then waits for no stranger', async () => {
    const { email, password } = await verified(gateway);
    const { client, sent } = recording();
    const first = await client.signIn({ email, password });
    await client.signOut();
    await client.signIn({ email, password });
    const { device_token } = (await (sent.at(-1) as Request).json()) as { device_token: string };
    expect(first).toMatchObject({ status: 'signed_in', device_token });
  });

  it('refreshes a token that is due once, however many requests and clients share it', async () => {
    const tokens = await withDueToken();
    const [here, there] = [recording({ tokens }), recording({ tokens })];
    const calls = [here, there, here, there, here].map(({ client }) => client.api.GET('/v1/auth/user'));
    expect((await Promise.all(calls)).every(({ data }) => data !== undefined)).toBe(true);
    const refreshes = [...here.paths(), ...there.paths()].filter((path) => path === 'POST /v1/auth/refresh');
    expect(refreshes).toHaveLength(1);
  });

  it('renews a token that the server refuses, and sends the request again', async () => {
    const { email, password } = await verified(gateway);
    let refused = false;
    const { client, paths } = recording({
      answers: ({ url }) => {
        if (refused || !url.endsWith('/v1/auth/sessions')) return undefined;
        refused = true;
        return new Response('', { status: 401 });
      },
    });
    await client.signIn({ email, password });
    expect((await client.api.GET('/v1/auth/sessions')).data?.sessions).toHaveLength(1);
    expect(paths().slice(1)).toEqual(['GET /v1/auth/sessions', 'POST /v1/auth/refresh', 'GET /v1/auth/sessions']);
  });

  it('reports that the server has ended the session, and forgets it', async () => {
    const tokens = await withDueToken();
    await gateway.database.sql('sessions').update({ revoked_at: new Date() });
    const { client, ended } = recording({ tokens });
    expect((await fails(client.api.GET('/v1/auth/user'))).kind).toBe('unauthenticated');
    expect([client.isSignedIn, ended()]).toEqual([false, 1]);
  });

  it('signs nobody out whose server cannot be reached', async () => {
    const tokens = await withDueToken();
    const { client, ended } = recording({
      tokens,
      answers: () => {
        throw new TypeError('fetch failed');
      },
    });
    await expect(client.api.GET('/v1/auth/user')).rejects.toThrow('fetch failed');
    expect([client.isSignedIn, ended()]).toEqual([true, 0]);
  });

  it('repeats what accepts an Idempotency-Key under the same key, after the wait that Retry-After asks for', async () => {
    const { email } = await verified(gateway);
    const answers = [
      new Response('{}', { status: 503, headers: { 'retry-after': '0', 'content-type': 'application/problem+json' } }),
      new Response('{}', { status: 429, headers: { 'retry-after': '0', 'content-type': 'application/problem+json' } }),
    ];
    const { client, sent } = recording({ answers: () => answers.shift() });
    await client.api.POST('/v1/auth/email/resend', { body: { email } });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  });

  it('leaves alone what may have been done, and who is asked to wait for long', async () => {
    const answer = (status: number, seconds: string) => () =>
      new Response('{"type":"https://a.test/problems/outcome-unknown"}', {
        status,
        headers: { 'retry-after': seconds, 'content-type': 'application/problem+json' },
      });
    const unknown = recording({ answers: answer(503, '0') });
    expect((await fails(unknown.client.signIn({ email: 'a@example.com', password: 'x' }))).kind).toBe(
      'outcome-unknown',
    );
    const later = recording({ answers: answer(429, '3600') });
    expect((await fails(later.client.signIn({ email: 'a@example.com', password: 'x' }))).retryAfter).toBe(3600);
    expect([unknown.sent.length, later.sent.length]).toEqual([1, 1]);
  });
});

describe('@postern/client with its session in cookies', () => {
  function noted(): CookieNote {
    const items = new Map<string, string>();
    return webNote({
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, text) => void items.set(name, text),
      removeItem: (name) => void items.delete(name),
    });
  }

  /** A tab of a browser, which the jar stands for. */
  function tab(jar: CookieJar, note: CookieNote) {
    const sent: Request[] = [];
    const texts: string[] = [];
    const client = new PosternClient({
      baseUrl: gateway.url,
      cookies: note,
      fetch: async (request) => {
        sent.push(request.clone());
        request.headers.set('origin', APP);
        if (jar.header !== undefined) request.headers.set('cookie', jar.header);
        const response = await fetch(request);
        jar.take(response.headers);
        texts.push(await response.clone().text());
        return response;
      },
    });
    const paths = () => sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
    return { client, sent, texts, paths };
  }

  it('signs in, reads, confirms and signs out without a token that a script could read', async () => {
    const { email, password } = await verified(gateway);
    const jar = new CookieJar();
    const { client, sent, texts } = tab(jar, noted());
    expect(await client.signIn({ email, password })).toMatchObject({ status: 'signed_in' });
    expect(client.isSignedIn).toBe(true);
    expect((await client.api.GET('/v1/auth/user')).data?.email).toBe(email);
    await client.api.POST('/v1/auth/password/confirm', { body: { password } });
    await client.signOut();
    expect(client.isSignedIn).toBe(false);
    expect((await fails(client.api.GET('/v1/auth/user'))).kind).toBe('unauthenticated');
    expect(texts.join()).not.toMatch(/"(access|refresh|device)_token"/);
    expect(sent.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('renews its cookies once for all tabs when their access token has ended', async () => {
    const { email, password } = await verified(gateway);
    const [jar, note] = [new CookieJar(), noted()];
    const [one, other] = [tab(jar, note), tab(jar, note)];
    await one.client.signIn({ email, password });
    gateway.clock.advance(700);
    const calls = [one, other, one].map(({ client }) => client.api.GET('/v1/auth/user'));
    expect((await Promise.all(calls)).every(({ data }) => data?.email === email)).toBe(true);
    expect([...one.paths(), ...other.paths()].filter((path) => path === 'POST /v1/auth/refresh')).toHaveLength(1);
  });

  it('signs out although its access token has ended, and nothing is noted of it any more', async () => {
    const { email, password } = await verified(gateway);
    const jar = new CookieJar();
    await tab(jar, noted()).client.signIn({ email, password });
    const kept = jar.header ?? '';
    gateway.clock.advance(700);
    await tab(jar, noted()).client.signOut();
    const thief = new CookieJar();
    thief.take(new Headers(kept.split('; ').map((cookie): [string, string] => ['set-cookie', cookie])));
    expect((await fails(tab(thief, noted()).client.api.GET('/v1/auth/user'))).kind).toBe('unauthenticated');
  });
});
