import { Database, MemoryLogger, type Transaction } from '@postern/runtime';

/** A transaction that fails: instead of its work, or after it was committed. */
interface Fault {
  error: unknown;
  committed?: boolean;
}

/** A database whose next transactions fail as a test says, one after the other. */
export class BusyDatabase extends Database {
  readonly faults: Fault[] = [];

  constructor({ sql, dialect, clock }: Database) {
    super({ sql, dialect, clock }, () => sql, new MemoryLogger());
  }

  override async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const fault = this.faults.shift();
    if (!fault) return super.transaction(work);
    // What was to follow the COMMIT does not follow one whose answer is lost.
    if (fault.committed) await super.transaction((tx) => work({ ...tx, afterCommit: () => undefined }));
    throw fault.error;
  }
}

/** What another transaction in the way, and a database that is away, look like. */
export const lockWait = Object.assign(new Error('Lock wait timeout exceeded'), {
  code: 'ER_LOCK_WAIT_TIMEOUT',
  errno: 1205,
});
export const away = Object.assign(new Error('the server is shutting down'), { errno: 1053 });
