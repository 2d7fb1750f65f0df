import { type CookieNote, PosternClient, webNote } from '@postern/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { modules } from '../src/modules.ts';
import { APP, CookieJar } from './accounts/browser.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ env: { PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: APP } });
});
afterAll(() => gateway.close());

/** The client of a product without second factors has no such operation, and no type of one. */
interface AnyApi {
  POST(path: string, init: { body: object }): Promise<unknown>;
}

function note(): CookieNote {
  const items = new Map<string, string>();
  return webNote({
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  });
}

describe.runIf(modules.includes(twoFactorModule))('@postern/client and a second factor', () => {
  it.each(['tokens', 'cookies'])('asks for the second step, and is signed in by its code, in %s', async (mode) => {
    const { email, password, secret } = await withSecondFactor(gateway);
    const jar = new CookieJar();
    const sent: { path: string; body: string }[] = [];
    const client = new PosternClient({
      baseUrl: gateway.url,
      ...(mode === 'cookies' ? { cookies: note() } : {}),
      fetch: async (request) => {
        sent.push({ path: new URL(request.url).pathname, body: await request.clone().text() });
        request.headers.set('origin', APP);
        if (jar.header !== undefined) request.headers.set('cookie', jar.header);
        const response = await fetch(request);
        jar.take(response.headers);
        return response;
      },
    });
    const signIn = async () => {
      const { status, challenge_token } = (await client.signIn({ email, password })) as Record<string, unknown>;
      expect([status, client.isSignedIn]).toEqual(['second_factor_required', false]);
      const body = { challenge_token, code: appShows(gateway, secret) };
      await (client.api as unknown as AnyApi).POST('/v1/auth/login/second-factor', { body });
      expect((await client.api.GET('/v1/auth/user')).data?.email).toBe(email);
    };
    await signIn();
    await client.signOut();
    gateway.clock.advance(30);
    await signIn();
    // In cookies the device has one of its own.
    const steps = sent.filter(({ path }) => path.startsWith('/v1/auth/login')).slice(2);
    expect(steps.map(({ body }) => 'device_token' in JSON.parse(body))).toEqual([mode === 'tokens', mode === 'tokens']);
  });
});
