import { describe, expect, it } from 'vitest';
import { PosternClient } from './client.ts';
import { type CookieNote, webNote } from './cookie-note.ts';
import { memoryTokens } from './token-store.ts';

const baseUrl = 'https://accounts.example.com';
const unreachable = () => Promise.reject(new TypeError('fetch failed'));
const session = (name: string) => ({ session: name, renewal: 'b', expiresAt: Date.now() + 600_000 });

function noted(name: string): CookieNote {
  const items = new Map<string, string>();
  const note = webNote({
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  });
  note.write(session(name));
  return note;
}

describe('a sign-out that does not reach the server', () => {
  it('forgets tokens: nobody goes on with them here', async () => {
    const tokens = memoryTokens();
    tokens.write({ accessToken: 'a', refreshToken: 'r', expiresAt: Date.now() + 600_000 });
    const client = new PosternClient({ baseUrl, tokens, fetch: unreachable, retry: { tries: 1 } });
    await expect(client.signOut()).rejects.toThrow('fetch failed');
    expect(client.isSignedIn).toBe(false);
  });

  it('leaves a session in cookies known: whoever comes next to this browser could go on with it', async () => {
    const cookies = noted('a');
    const client = new PosternClient({ baseUrl, cookies, fetch: unreachable, retry: { tries: 1 } });
    await expect(client.signOut()).rejects.toThrow('fetch failed');
    expect(client.isSignedIn).toBe(true);
  });
});

describe('a request that is sent again', () => {
  const unavailable = () =>
    Response.json(
      { type: `${baseUrl}/problems/unavailable` },
      { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '0' } },
    );
  const failures: [what: string, fail: () => Promise<Response>][] = [
    ['an answer that asks for it', async () => unavailable()],
    ['a connection that broke', unreachable],
  ];

  it.each(failures)(
    'after %s is not sent as somebody else, who has signed in meanwhile in another tab',
    async (_, fail) => {
      const cookies = noted('ada');
      let sent = 0;
      const fetch = async () => {
        sent++;
        cookies.write(session('bob'));
        return fail();
      };
      const { api } = new PosternClient({ baseUrl, cookies, fetch });
      await expect(api.GET('/v1/auth/user')).rejects.toThrow();
      expect(sent).toBe(1);
    },
  );

  it.each(failures)(
    'after %s is sent again as who began it, whose cookies another tab has renewed',
    async (_, fail) => {
      const cookies = noted('ada');
      const fetch = async () => {
        if (cookies.read()?.renewal === 'c') return new Response(null, { status: 204 });
        cookies.write({ ...session('ada'), renewal: 'c' });
        return fail();
      };
      const { api } = new PosternClient({ baseUrl, cookies, fetch });
      expect((await api.GET('/v1/auth/user')).response.status).toBe(204);
    },
  );
});
