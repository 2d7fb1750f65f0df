import type { Transaction } from '@postern/runtime';
import type { z } from 'zod';
import type { RequestContext, SessionCookies } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Endings } from './endings.ts';
import type { SessionHolders } from './session-holders.ts';
import { type SignedIn, signedIn } from './sign-in-completion.ts';

/** What a finished sign-in gives to a page whose session is in cookies: no token. */
const signedInByCookie = signedIn
  .pick({ status: true, session_expires_at: true, two_factor_required: true })
  .meta({ id: 'SignedInByCookie' });

const example = { status: 'signed_in', session_expires_at: '2026-12-23T12:00:00.000Z' };

/** What the operations that finish a sign-in document of cookies. */
export const signedInByCookieResponse = {
  description: 'Signed in, with `Session-Mode: cookie`: the session is in cookies.',
  schema: signedInByCookie,
  example,
  headers: { 'set-cookie': 'The tokens of the session and of the device, one cookie each' },
} as const;

/** What the operations that give a session new tokens document of cookies. */
export const renewedCookies = {
  description: 'Done, with `Session-Mode: cookie`: the new tokens are in cookies.',
  headers: { 'set-cookie': 'The new tokens of the session, one cookie each' },
} as const;

/** The same of a session whose refresh token stays. */
export const renewedAccessCookie = {
  description: 'Done, with `Session-Mode: cookie`: the new access token is in its cookie.',
  headers: { 'set-cookie': 'The new access token of the session' },
} as const;

type Answer =
  | { status: 200; body: SignedIn }
  | { status: 201; body: z.output<typeof signedInByCookie>; cookies: string[] };

/** Hands out what a finished sign-in gives, in the body or in cookies. */
export class SignInAnswer {
  readonly #endings: Endings;
  readonly #holders: SessionHolders;
  readonly #journal: Journal;

  constructor(endings: Endings, holders: SessionHolders, journal: Journal) {
    this.#endings = endings;
    this.#holders = holders;
    this.#journal = journal;
  }

  /** A browser has one session in cookies: the one before, which nobody could use or end any more, ends. */
  async of(
    tx: Transaction,
    result: SignedIn,
    cookies: SessionCookies | undefined,
    context: RequestContext,
  ): Promise<Answer> {
    if (!cookies) return { status: 200, body: result };
    const former = cookies.refreshToken;
    const before = former === undefined ? undefined : await this.#holders.holderOf(former, { db: tx });
    if (before && (await this.#endings.endOne(tx, before.userId, before.sessionId, 'signed-out'))) {
      const entry = { outcome: 'success', reason: 'another sign-in', subjectId: before.userId, context } as const;
      await this.#journal.record(tx, { action: 'sign-out', ...entry });
    }
    const { status, session_expires_at, two_factor_required } = result;
    return {
      status: 201,
      body: { status, session_expires_at, ...(two_factor_required && { two_factor_required }) },
      cookies: [...cookies.set(result), cookies.setDevice(result.device_token)],
    };
  }
}
