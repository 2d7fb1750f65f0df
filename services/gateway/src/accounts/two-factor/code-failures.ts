import { UserTwoFactorLocked } from '@postern/events';
import type { Database, Transaction } from '@postern/runtime';
import type { ProblemError, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originOf } from '../audit/origin.ts';
import { recordingWaits } from '../audit/recording-waits.ts';
import { TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import { personOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { CodeFault, SecondFactor } from './second-factor.ts';

/** What becomes of a code that is not accepted: it is recorded with its reason, and the last of too many locks the factor. */
export class CodeFailures {
  readonly #factor: SecondFactor;
  readonly #users: UserStore;
  readonly #journal: Journal;
  readonly #database: Database;

  constructor(factor: SecondFactor, users: UserStore, journal: Journal, database: Database) {
    this.#factor = factor;
    this.#users = users;
    this.#journal = journal;
    this.#database = database;
  }

  /** Does the work; that it was answered with "wait" is recorded. */
  recordingWaits<T>(subjectId: string, context: RequestContext, work: () => Promise<T>): Promise<T> {
    return recordingWaits(this.#journal, { action: 'second-factor', subjectId, context }, work);
  }

  /** Call it outside of a transaction. Returns what the caller is answered with. */
  async record(userId: string, fault: CodeFault, context: RequestContext): Promise<ProblemError> {
    const entry = { outcome: 'failure', reason: fault, subjectId: userId, context } as const;
    await this.#journal.recordNow({ action: 'second-factor', ...entry });
    const locked = await this.#database.transaction((tx) => this.#lockIfUsedUp(tx, userId, context));
    return locked || fault === 'locked' ? TwoFactorLocked.error() : WrongCode.error();
  }

  /** The person hears of it once; while they are setting the factor up, they see it. */
  async #lockIfUsedUp(tx: Transaction, userId: string, context: RequestContext): Promise<boolean> {
    const at = await this.#factor.lockIfUsedUp(tx, userId);
    if (!at) return false;
    await this.#journal.record(tx, { action: 'lock-two-factor', outcome: 'success', subjectId: userId, context });
    const user = await this.#users.byId(tx, userId);
    if (user && (await this.#factor.since(tx, userId))) {
      const data = { ...personOf(user), at: at.toISOString(), ...originOf(context) };
      await this.#journal.publish(tx, UserTwoFactorLocked, data, context);
    }
    return true;
  }
}
