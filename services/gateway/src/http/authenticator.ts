import type { Transaction } from '@postern/runtime';
import type { RequestContext } from './route.ts';

/** Who is asking, as far as the access token says. */
export interface Principal {
  userId: string;
  sessionId: string;
  /** How often the session's refresh token had been rotated when the token was issued. */
  generation: number;
  roles: readonly string[];
  permissions: readonly string[];
  /** When a password or second factor was last proven in this session; `recentSignIn` looks at it. */
  authenticatedAt: Date;
}

/** Which operation was refused to somebody who has signed in, by the type of which problem. */
export interface Refusal {
  operationId: string;
  problem: string;
}

/** Port: turns the bearer token of a request into a principal. */
export abstract class Authenticator {
  /** `undefined` for any token that is not good now, whatever the reason: the answer is one and the same 401. */
  abstract authenticate(bearer: string): Promise<Principal | undefined>;
  /** Whether the token's session lives now, whatever the token says; asked once, with every request. */
  abstract isLive(principal: Principal, context: RequestContext): Promise<boolean>;
  /** Whose session a refresh token is of: enough to end that session, be the token new or used, and with a new one all of its person's; for nothing else. */
  abstract holderOf(refreshToken: string, signsOut: 'here' | 'everywhere'): Promise<Principal | undefined>;
  /** Whether its person has the permission now; a token's own word is not enough. */
  abstract permits(principal: Principal, permission: string, context: RequestContext): Promise<boolean>;
  /** As `isLive` and `permits` together, and neither changes until the transaction ends. */
  abstract holds(tx: Transaction, principal: Principal, permission: string): Promise<boolean>;
  /** Hears of what was refused to somebody who has signed in, whatever refused it. */
  abstract noteRefusal(userId: string, refusal: Refusal, context: RequestContext): Promise<void>;
}
