import { describe, expect, it } from 'vitest';
import { type CookieNote, webNote } from './cookie-note.ts';
import { CookieSession } from './cookie-session.ts';
import { PosternProblem } from './problem.ts';

const request = new Request('https://accounts.example.com/v1/auth/user');
const over = () => new PosternProblem(401, { type: 'https://accounts.example.com/problems/refresh-token-invalid' });

function note(): CookieNote {
  const items = new Map<string, string>();
  return webNote({
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  });
}

async function signIn(session: CookieSession): Promise<void> {
  const body = { status: 'signed_in', session_expires_at: '2999-01-01T00:00:00.000Z' };
  const login = new Request('https://accounts.example.com/v1/auth/login', { method: 'POST' });
  await session.received(login, Response.json(body, { status: 201 }));
}

/** Answers that come in this order. */
const answers =
  (...statuses: number[]) =>
  async () =>
    new Response(null, { status: statuses.shift() ?? 500 });

describe('a session in cookies', () => {
  it('knows that somebody is signed in, and keeps nothing that opens anything', async () => {
    const kept = note();
    const session = new CookieSession(
      kept,
      async () => {},
      () => {},
    );
    expect(session.isSignedIn).toBe(false);
    await signIn(session);
    expect(session.isSignedIn).toBe(true);
    expect(Object.keys(kept.read() ?? {}).sort()).toEqual(['expiresAt', 'renewal', 'session']);
    session.end();
    expect(session.isSignedIn).toBe(false);
  });

  it('ends as the one that somebody signs out of, and no other, which has begun meanwhile', async () => {
    const session = new CookieSession(
      note(),
      async () => {},
      () => {},
    );
    await signIn(session);
    const end = session.ending();
    await signIn(session);
    end();
    expect(session.isSignedIn).toBe(true);
    session.ending()();
    expect(session.isSignedIn).toBe(false);
  });

  it('is renewed once, in whichever tab, when several requests are refused', async () => {
    const kept = note();
    let renewals = 0;
    const tab = () =>
      new CookieSession(
        kept,
        async () => {
          renewals += 1;
        },
        () => {},
      );
    const [one, other] = [tab(), tab()];
    await signIn(one);
    const sent = [one, other, one].map((session) => session.signed(request, answers(401, 200)));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(renewals).toBe(1);
  });

  it('sends nothing of one person as the next who has signed in', async () => {
    const session = new CookieSession(
      note(),
      async () => {},
      () => {},
    );
    await signIn(session);
    const response = await session.signed(request, async () => {
      await signIn(session);
      return new Response(null, { status: 401 });
    });
    expect(response.status).toBe(401);
  });

  it('is nothing that a tab goes on with where another tab has signed somebody in while it was renewed', async () => {
    const kept = note();
    const tab = (renewed: () => Promise<void>) => new CookieSession(kept, renewed, () => {});
    const other = tab(async () => {});
    const session = tab(() => signIn(other));
    await signIn(session);
    const before = kept.read();
    expect((await session.signed(request, answers(401, 200))).status).toBe(401);
    expect(kept.read()?.session).not.toBe(before?.session);
  });

  it('is over when the server says so, and not when it cannot be reached', async () => {
    let ended = 0;
    const fails = (error: Error) =>
      new CookieSession(
        note(),
        () => Promise.reject(error),
        () => {
          ended += 1;
        },
      );
    const lost = fails(new TypeError('fetch failed'));
    await signIn(lost);
    await expect(lost.signed(request, answers(401))).rejects.toThrow('fetch failed');
    expect([lost.isSignedIn, ended]).toEqual([true, 0]);
    const refused = fails(over());
    await signIn(refused);
    expect((await refused.signed(request, answers(401))).status).toBe(401);
    expect([refused.isSignedIn, ended]).toEqual([false, 1]);
  });

  it('is looked for where nothing is noted: the note may be lost and the cookies not', async () => {
    const session = new CookieSession(
      note(),
      async () => {},
      () => {},
    );
    expect((await session.signed(request, answers(401, 200))).status).toBe(200);
  });

  it.each(['', '{', 'null', '1', '{"session":"a"}', '{"session":"a","renewal":"b","expiresAt":1}'])(
    'treats the note %j as none',
    (text) => {
      const damaged = webNote({ getItem: () => text, setItem: () => {}, removeItem: () => {} });
      expect(damaged.read()).toBeUndefined();
    },
  );
});
