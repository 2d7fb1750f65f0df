import type { Sql, Transaction } from '@postern/runtime';
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

  /** As `find`, and neither the session nor its person changes until the transaction ends. */
  abstract findLocked(tx: Transaction, sessionId: string): Promise<User | undefined>;

  /** Notes that the client has received the tokens of this generation of its session. */
  abstract noteReceived(db: Sql, sessionId: string, generation: number): Promise<void>;

  /** As `require`, for what writes by what it read of the person. @throws ProblemError 401 when there is no such live session */
  async requireLocked(tx: Transaction, principal: Principal): Promise<User> {
    return ownerOf(await this.findLocked(tx, principal.sessionId), principal);
  }

  /** @throws ProblemError 401 when there is no such live session */
  async require(db: Sql, principal: Principal): Promise<User> {
    return ownerOf(await this.find(db, principal.sessionId), principal);
  }
}

function ownerOf(user: User | undefined, principal: Principal): User {
  if (user?.id !== principal.userId) throw Unauthenticated.error({ detail: 'The session has ended.' });
  return user;
}
