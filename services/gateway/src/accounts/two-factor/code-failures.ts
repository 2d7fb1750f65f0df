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

/** Recovery codes, which nobody guesses, do not count. */
const OF_THE_APP: ReadonlySet<CodeFault> = new Set(['wrong code', 'used code']);

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
    const isLocked = await this.#database.transaction((tx) => this.#count(tx, userId, fault, context));
    return isLocked ? TwoFactorLocked.error() : WrongCode.error();
  }

  async #count(tx: Transaction, userId: string, fault: CodeFault, context: RequestContext): Promise<boolean> {
    const outcome = OF_THE_APP.has(fault) ? await this.#factor.fail(tx, userId) : fault;
    const reason = outcome === 'locked' ? outcome : fault;
    const entry = { outcome: 'failure', reason, subjectId: userId, context } as const;
    await this.#journal.record(tx, { action: 'second-factor', ...entry });
    if (outcome instanceof Date) await this.#recordLock(tx, userId, outcome, context);
    return outcome === 'locked' || outcome instanceof Date;
  }

  /** The person hears of it once; while they are setting the factor up, they see it. */
  async #recordLock(tx: Transaction, userId: string, at: Date, context: RequestContext): Promise<void> {
    await this.#journal.record(tx, { action: 'lock-two-factor', outcome: 'success', subjectId: userId, context });
    const user = await this.#users.byId(tx, userId);
    if (user && (await this.#factor.since(tx, userId))) {
      const data = { ...personOf(user), at: at.toISOString(), ...originOf(context) };
      await this.#journal.publish(tx, UserTwoFactorLocked, data, context);
    }
  }
}
