import { describe, expect, it } from 'vitest';
import { PosternClient } from './client.ts';
import { webNote } from './cookie-note.ts';
import { memoryTokens } from './token-store.ts';

const baseUrl = 'https://accounts.example.com';
const unreachable = () => Promise.reject(new TypeError('fetch failed'));

describe('a sign-out that does not reach the server', () => {
  it('forgets tokens: nobody goes on with them here', async () => {
    const tokens = memoryTokens();
    tokens.write({ accessToken: 'a', refreshToken: 'r', expiresAt: Date.now() + 600_000 });
    const client = new PosternClient({ baseUrl, tokens, fetch: unreachable, retry: { tries: 1 } });
    await expect(client.signOut()).rejects.toThrow('fetch failed');
    expect(client.isSignedIn).toBe(false);
  });

  it('leaves a session in cookies known: whoever comes next to this browser could go on with it', async () => {
    const items = new Map<string, string>();
    const cookies = webNote({
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, text) => void items.set(name, text),
      removeItem: (name) => void items.delete(name),
    });
    cookies.write({ session: 'a', renewal: 'b', expiresAt: Date.now() + 600_000 });
    const client = new PosternClient({ baseUrl, cookies, fetch: unreachable, retry: { tries: 1 } });
    await expect(client.signOut()).rejects.toThrow('fetch failed');
    expect(client.isSignedIn).toBe(true);
  });
});
