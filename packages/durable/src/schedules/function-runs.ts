import {
  type Clock,
  type Database,
  errorMessage,
  isMomentary,
  type Logger,
  newId,
  newTraceparent,
  retry,
  type Transaction,
  traceIdOf,
} from '@postern/runtime';
import { JobLocks } from '../jobs/job-locks.ts';
import { ScheduleStore } from '../jobs/schedule-store.ts';

/** What a function has to work with: a service may lend its own more. */
export interface ScheduledRun {
  /** Aborts at `stop`; a run that it cuts off is begun again at once by a replica that is not stopping, so it may run twice. */
  signal: AbortSignal;
  /** The trace that it begins, for what it dispatches. */
  traceparent: string;
}

interface BegunRun {
  name: string;
  run: (context: ScheduledRun) => Promise<unknown>;
  jobId: string;
  signal: AbortSignal;
  /** By the monotonic clock. */
  begunAt: number;
  /** Until when its lock is renewed. */
  endsAt: Date;
}

/** Who wants the run that goes on where one was cut off. */
const STOPPED = 'a replica that was stopped';
/** How long a lock lasts that nobody renews, in milliseconds: a process that was killed frees its schedule after it. */
const LOCK_MS = 600_000;
/** How often a lock is renewed, in milliseconds: a database that is away for some minutes costs no run its lock. */
const RENEW_MS = 60_000;
/** A COMMIT whose connection is lost has come about by then, or never does, in milliseconds. */
const LATE_COMMIT_MS = 60_000;
/** The end of a run is recorded as soon as the database takes it: until then the schedule's next run does not begin. */
const RECORD_RETRY = { baseMs: 100, ceilingMs: 5_000 };

/** Under which no two runs of a schedule are at once. */
export function lockOf(name: string): string {
  return `schedule/${name}`;
}

/** Runs of the schedules that are functions, on the replica that fired. */
export class FunctionRuns {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #store = new ScheduleStore();
  readonly #locks = new JobLocks();
  readonly #running = new Set<Promise<void>>();
  /** Begun in a transaction of which it is not known here that it was committed, by the schedule's name. */
  readonly #uncommitted = new Map<string, BegunRun>();

  constructor(database: Database, { logger, clock }: { logger: Logger; clock: Clock }) {
    this.#database = database;
    this.#logger = logger;
    this.#clock = clock;
  }

  /**
   * Begins a run with the transaction, after its COMMIT. False when the one before has not ended.
   *
   * @param runMs how long it keeps the next one from beginning at most
   */
  async begin(
    tx: Transaction,
    { name, run }: Pick<BegunRun, 'name' | 'run'>,
    { now, runMs, signal }: { now: Date; runMs: number; signal: AbortSignal },
  ): Promise<boolean> {
    const jobId = newId();
    const endsAt = new Date(now.getTime() + runMs);
    const expiresAt = lockedUntil(endsAt, now);
    if ((await this.#locks.acquire(tx, lockOf(name), { jobId, now, expiresAt })) !== undefined) return false;
    const begun = { name, run, jobId, signal, begunAt: this.#clock.monotonic(), endsAt };
    this.#uncommitted.set(name, begun);
    tx.afterCommit(() => this.#start(begun));
    return true;
  }

  /** Starts what was begun in a transaction whose COMMIT had no answer and came about: nobody else will, before its lock ends. */
  async startUnanswered(): Promise<void> {
    for (const begun of this.#uncommitted.values()) {
      const { name, jobId, begunAt } = begun;
      const holder = await this.#locks.holder(this.#database, lockOf(name));
      if (holder === jobId) this.#start(begun);
      else if (holder !== undefined || this.#clock.monotonic() - begunAt > LATE_COMMIT_MS)
        this.#uncommitted.delete(name);
    }
  }

  /** Resolves when those that run now have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  #start(begun: BegunRun): void {
    if (this.#uncommitted.get(begun.name) !== begun) return;
    this.#uncommitted.delete(begun.name);
    const running = this.#run(begun).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(begun: BegunRun): Promise<void> {
    const { name, run, jobId, signal } = begun;
    const traceparent = newTraceparent();
    const over = new AbortController();
    const renewing = this.#renew(begun, over.signal);
    let failure: string | undefined;
    try {
      await run({ signal, traceparent });
    } catch (error) {
      // What a stop has cut off has not failed.
      if (!signal.aborted) {
        failure = errorMessage(error);
        const fields = { schedule: name, trace_id: traceIdOf(traceparent), error };
        this.#logger.error('a scheduled function failed; it runs again at its next time', fields);
      }
    }
    const cutOff = signal.aborted;
    try {
      await retry(() => this.#record(name, { jobId, failure, cutOff }), {
        ...RECORD_RETRY,
        clock: this.#clock,
        shouldRetry: (error) => isMomentary(error) && !signal.aborted,
      });
    } catch (error) {
      this.#logger.warn('the end of a scheduled function was not recorded', { schedule: name, error });
    }
    over.abort();
    await renewing;
  }

  /** Keeps a run's lock until it is over, or has had it for as long as it may. */
  async #renew({ name, jobId, endsAt }: BegunRun, over: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(RENEW_MS, over).catch(() => undefined);
      const now = this.#clock.now();
      if (over.aborted || now >= endsAt) return;
      try {
        await this.#locks.renew(this.#database, lockOf(name), jobId, lockedUntil(endsAt, now));
      } catch (error) {
        const what = 'the lock of a scheduled function was not renewed; that is tried again in a minute';
        this.#logger.warn(what, { schedule: name, error });
      }
    }
  }

  #record(
    name: string,
    { jobId, failure, cutOff }: { jobId: string; failure: string | undefined; cutOff: boolean },
  ): Promise<void> {
    return this.#database.transaction(async (tx) => {
      const now = this.#clock.now();
      await this.#store.ended(tx, name, now, failure);
      await this.#locks.release(tx, lockOf(name), jobId);
      if (cutOff) await this.#store.again(tx, name, { by: STOPPED, at: now });
    });
  }
}

function lockedUntil(endsAt: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + LOCK_MS, endsAt.getTime()));
}
