import { describe, expect, it } from 'vitest';
import type { SignedIn, TokenPair } from './generated/schema.ts';
import { PosternProblem } from './problem.ts';
import { TokenSession } from './token-session.ts';
import { memoryTokens } from './token-store.ts';

/** Tokens of a session, as many times renewed. */
function pair(sid: string, generation = 0): TokenPair {
  const claims = btoa(JSON.stringify({ sid, gen: generation }))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  return {
    token_type: 'Bearer',
    access_token: `head.${claims}.signature`,
    expires_in: 600,
    refresh_token: `${sid} ${generation}`,
    session_expires_at: '2026-12-23T12:00:00.000Z',
  };
}

const signedIn = (sid: string): SignedIn => ({ ...pair(sid), status: 'signed_in', device_token: `device of ${sid}` });

function begun(sid: string, refresh: (session: TokenSession) => Promise<unknown> = async () => undefined) {
  const tokens = memoryTokens();
  const session: TokenSession = new TokenSession(
    tokens,
    () => refresh(session),
    () => undefined,
  );
  session.begin(signedIn(sid));
  return { tokens, session };
}

describe('a session', () => {
  it('adopts the newer tokens that it is given', () => {
    const { tokens, session } = begun('ada');
    session.renewed(pair('ada', 1));
    expect(tokens.read()?.refreshToken).toBe('ada 1');
  });

  it('keeps the tokens of a refresh when an answer from before it comes late', () => {
    const { tokens, session } = begun('ada');
    session.renewed(pair('ada', 2));
    session.renewed(pair('ada', 1));
    expect(tokens.read()?.refreshToken).toBe('ada 2');
  });

  it('stays signed out when an answer comes late', () => {
    const { tokens, session } = begun('ada');
    session.end();
    session.renewed(pair('ada', 1));
    expect(tokens.read()).toBeUndefined();
  });

  it('stays that of whoever has signed in meanwhile', () => {
    const { tokens, session } = begun('ada');
    session.end();
    session.begin(signedIn('grace'));
    session.renewed(pair('ada', 1));
    expect(tokens.read()?.refreshToken).toBe('grace 0');
  });

  it('gives no request of one person the token of the next', async () => {
    const { session } = begun('ada');
    session.end();
    session.begin(signedIn('grace'));
    expect(await session.renew(pair('ada').access_token)).toBeUndefined();
  });

  it('that the server has ended ends no other, which has begun meanwhile', async () => {
    const { tokens, session } = begun('ada', async (other) => {
      other.begin(signedIn('grace'));
      throw new PosternProblem(401, { type: 'https://accounts.example.com/problems/refresh-token-invalid' });
    });
    expect(await session.renew(pair('ada').access_token)).toBeUndefined();
    expect(tokens.read()?.refreshToken).toBe('grace 0');
  });

  it('ends as the one that somebody signs out of, and no other, which has begun meanwhile', () => {
    const { tokens, session } = begun('ada');
    const end = session.ending();
    session.begin(signedIn('grace'));
    end();
    expect(tokens.read()?.refreshToken).toBe('grace 0');
    const endNow = session.ending();
    session.renewed(pair('grace', 1));
    endNow();
    expect(tokens.read()).toBeUndefined();
  });

  it('keeps what the sign-in called the device, also when it ends', () => {
    const { session } = begun('ada');
    session.end();
    expect(session.device).toEqual({ device_token: 'device of ada' });
  });
});
