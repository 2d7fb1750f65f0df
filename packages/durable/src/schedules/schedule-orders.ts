import { type Database, isDataError, plainText } from '@postern/runtime';
import { type ScheduleReport, ScheduleStore } from '../jobs/schedule-store.ts';

/** How long a replica that looks is waited for, in milliseconds: each looks every second. */
const TIMEOUT_MS = 10_000;
const LOOK_MS = 100;

/** What became of a run that was asked for. `waits`: no replica that knows the schedule has looked yet; one that does begins it. */
type RunNow = 'begun' | 'still-running' | 'failed' | 'waits';

/**
 * What is known of schedules, and what operators want of them. The schedule's row says so, and every replica reads it in the transaction in
 * which it would fire: there is none that has not heard of a pause.
 */
export class ScheduleOrders {
  readonly #database: Database;
  readonly #store = new ScheduleStore();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every schedule that any replica has ever declared, with when it ran last and runs next. */
  list(): Promise<ScheduleReport[]> {
    return this.#store.list(this.#database);
  }

  /** Undefined: no replica has ever declared it. */
  find(name: string): Promise<ScheduleReport | undefined> {
    return this.#store.find(this.#database, name);
  }

  /**
   * Pauses it on every replica; a run under way ends as it would. What is paused already stays so, with who did it, when and why.
   *
   * @returns the schedule as it is then, and whether this call paused it; undefined when there is none of this name
   */
  async pause(
    name: string,
    { by, reason }: { by: string; reason: string },
  ): Promise<{ schedule: ScheduleReport; began: boolean } | undefined> {
    const pause = { by, reason, at: this.#database.clock.now() };
    const began = await this.#store.pause(this.#database, name, pause).catch((error: unknown) => {
      if (!isDataError(error)) throw error;
      return this.#store.pause(this.#database, name, { ...pause, by: plainText(by), reason: plainText(reason) });
    });
    const schedule = await this.find(name);
    return schedule && { schedule, began };
  }

  /**
   * Has it go on at its next time; what was due meanwhile is left out.
   *
   * @param pausedAt ends the pause that began then, and no later one
   * @returns the pause that it ended; undefined when there was none, or another one
   */
  async resume(name: string, pausedAt?: Date): Promise<ScheduleReport['paused']> {
    const paused = (await this.find(name))?.paused;
    if (!paused || (pausedAt && pausedAt.getTime() !== paused.at.getTime())) return undefined;
    return (await this.#store.resume(this.#database, name, paused.at)) ? paused : undefined;
  }

  /**
   * Has a replica run it now, paused or not; its next time stays as it is.
   *
   * @returns the schedule as it was before, for `untilRun`; undefined when there is none of this name
   */
  async runNow(name: string, by: string): Promise<ScheduleReport | undefined> {
    const before = await this.find(name);
    if (!before) return undefined;
    const at = this.#database.clock.now();
    await this.#store.ask(this.#database, name, { by, at }).catch((error: unknown) => {
      if (!isDataError(error)) throw error;
      return this.#store.ask(this.#database, name, { by: plainText(by), at });
    });
    return before;
  }

  /** What became of a run that was asked for, when a replica has looked, or when that was waited for long enough. */
  async untilRun(before: ScheduleReport): Promise<RunNow> {
    const { clock } = this.#database;
    const until = clock.monotonic() + TIMEOUT_MS;
    for (;;) {
      const now = await this.find(before.name);
      if (now && !now.asked) return outcome(before, now);
      if (clock.monotonic() >= until) return 'waits';
      await clock.sleep(LOOK_MS);
    }
  }
}

function outcome(before: ScheduleReport, now: ScheduleReport): RunNow {
  if (now.firedAt && now.firedAt.getTime() !== before.firedAt?.getTime()) return 'begun';
  // Not by its error, which may be the same as the last time.
  return now.skipped > before.skipped ? 'still-running' : 'failed';
}

/** The same in a sentence. */
export function runNowWords(run: RunNow): string {
  switch (run) {
    case 'begun':
      return 'A replica has begun it.';
    case 'still-running':
      return 'No run was begun: the one before has not ended.';
    case 'failed':
      return 'No run could be begun; its error is the schedule’s last error.';
    case 'waits':
      return 'No replica that knows it has looked yet: the first one that does begins it.';
  }
}
