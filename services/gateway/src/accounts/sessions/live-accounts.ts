import type { Sql } from '@postern/runtime';
import { Unauthenticated } from '../../http/problems.ts';
import type { Principal } from '../../http/route.ts';
import type { User } from '../users/user.ts';

/**
 * Port: the person behind a session, if the session still lives. An access token says who somebody was up to ten minutes
 * ago; whoever reads the database asks here, so that ending a session or disabling a person works at once there
 * (ASVS 5.0, 7.4.1 and 7.4.2).
 */
export abstract class LiveAccounts {
  /** Undefined when the session has ended or its person may not sign in. */
  abstract find(db: Sql, sessionId: string): Promise<User | undefined>;

  /** @throws ProblemError 401 when there is no such live session */
  async require(db: Sql, principal: Principal): Promise<User> {
    const user = await this.find(db, principal.sessionId);
    if (user?.id !== principal.userId) throw Unauthenticated.error({ detail: 'The session has ended.' });
    return user;
  }
}
