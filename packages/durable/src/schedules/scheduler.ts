import {
  type Clock,
  type Database,
  errorMessage,
  isMomentary,
  isUnavailable,
  type Logger,
  type Metrics,
  RecurringWarnings,
  type Transaction,
} from '@postern/runtime';
import { JOB_LIMITS } from '../jobs/create-job-tables.ts';
import type { JobCall } from '../jobs/job-definition.ts';
import type { JobDispatcher } from '../jobs/job-dispatcher.ts';
import { ScheduleStore } from '../jobs/schedule-store.ts';
import { FunctionRuns, lockOf, type ScheduledRun } from './function-runs.ts';
import { addScheduleGauge } from './schedule-gauge.ts';
import { nextTime, type Timing, timingText } from './schedule-timing.ts';

interface ScheduleBase {
  /** Its identity across replicas, restarts and versions. */
  name: string;
  /**
   * How long a run keeps the next one from firing at most, in milliseconds (default an hour). Until it has ended, the schedule
   * skips; a job that was lost frees it after this time, a function whose process died within ten minutes.
   */
  runMs?: number;
}

/** A function that runs right here on the replica that fired. */
export type ScheduledFunction<Context = ScheduledRun> = ScheduleBase &
  Timing & { run: (context: Context) => Promise<unknown> };

/** A job that is dispatched, or a function. */
export type Schedule = (ScheduleBase & Timing & { call: JobCall }) | ScheduledFunction;

interface SchedulerOptions {
  logger: Logger;
  clock?: Clock;
  /** Sends the jobs of schedules; not needed where all of them are functions. */
  dispatcher?: JobDispatcher;
  /** Has `schedule_failing`. */
  metrics?: Metrics;
}

/** How often a replica looks whether something is due. */
const TICK_MS = 1_000;
const HOUR_MS = 3_600_000;
/** Far longer than looking at one schedule may take, whatever the database does: its statements have limits. */
const STALL_MS = 300_000;

/**
 * Fires schedules once across all replicas: the row of the schedule decides, and a job is dispatched in the transaction
 * that moves its next time on. What came due while every replica was down fires once when one is up again.
 */
export class Scheduler {
  readonly #database: Database;
  readonly #options: SchedulerOptions & { clock: Clock };
  readonly #schedules = new Map<string, Schedule>();
  readonly #store = new ScheduleStore();
  readonly #runs: FunctionRuns;
  #declared = false;
  #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  /** When a schedule was last looked at, in milliseconds since 1970. */
  #lookedAt = 0;

  constructor(database: Database, options: SchedulerOptions) {
    this.#database = database;
    this.#options = { clock: database.clock, ...options };
    this.#runs = new FunctionRuns(database, this.#options);
    const known = { list: () => this.#store.list(database), has: (name: string) => this.#schedules.has(name) };
    if (options.metrics) addScheduleGauge(options.metrics, known);
  }

  /** @throws RangeError that names the schedule when its timing is malformed, its name too long or taken, or its job's data not what the job asks for: at start, not at the first night */
  add(schedule: Schedule): this {
    const { name, runMs = HOUR_MS } = schedule;
    const { dispatcher, clock } = this.#options;
    if (name.length === 0 || name.length > JOB_LIMITS.schedule) {
      throw new RangeError(`a schedule's name must have 1 to ${JOB_LIMITS.schedule} characters: "${name}"`);
    }
    if (this.#schedules.has(name)) throw new RangeError(`two schedules are named "${name}"`);
    if (!(runMs > 0)) throw new RangeError(`the schedule "${name}": runMs must be more than 0, not ${runMs}`);
    naming(`the schedule "${name}"`, () => nextTime(schedule, clock.now()));
    if (timingText(schedule).length > JOB_LIMITS.timing) {
      throw new RangeError(`the timing of the schedule "${name}" has more than ${JOB_LIMITS.timing} characters`);
    }
    if ('call' in schedule) {
      if (!dispatcher) {
        throw new RangeError(`the schedule "${name}" is a job: give the scheduler a dispatcher to send it with`);
      }
      naming(`the job of the schedule "${name}" cannot be written`, () => dispatcher.check(schedule.call));
    }
    this.#schedules.set(name, schedule);
    this.#declared = false;
    return this;
  }

  start(): void {
    if (this.#loop) return;
    this.#stopped = new AbortController();
    this.#noteLook();
    this.#loop = this.#run(this.#stopped.signal);
  }

  /** Ends the ticking, aborts functions that run here, and waits for them; a replica that is not stopping begins them again. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#runs.ended();
    this.#loop = undefined;
  }

  /** For liveness: what is wrong when the loop hangs. A database that is down is not a stall, nor a run that takes its time. */
  stalled(): string | undefined {
    if (!this.#loop || this.#stopped.signal.aborted) return undefined;
    const age = this.#options.clock.monotonic() - this.#lookedAt;
    return age > STALL_MS ? `no schedule was looked at for ${Math.round(age / 1000)} s` : undefined;
  }

  /** Fires what is due now; returns the names. Resolves when functions that ran here have ended. For tests and commands. */
  async tick(): Promise<string[]> {
    const fired = await this.#fire();
    await this.#runs.ended();
    return fired;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const warnings = new RecurringWarnings(this.#options);
    while (!signal.aborted) {
      this.#noteLook();
      try {
        await this.#fire();
        warnings.recovered('look', 'schedules can be looked at again', {});
      } catch (error) {
        warnings.warn('look', 'schedules cannot be looked at at the moment', { error });
      }
      await clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  async #fire(): Promise<string[]> {
    if (!this.#declared) await this.#declare();
    await this.#runs.startUnanswered();
    const now = this.#options.clock.now();
    const fired: string[] = [];
    const later: unknown[] = [];
    // Each in a transaction of its own: one that cannot be begun holds back no other.
    for (const name of await this.#store.dueNames(this.#database, [...this.#schedules.keys()], now)) {
      const schedule = this.#schedules.get(name) as Schedule;
      this.#noteLook();
      try {
        if (await this.#database.transaction((tx) => this.#fireOne(tx, schedule, now))) fired.push(name);
      } catch (error) {
        if (isUnavailable(error)) throw error;
        // Not its own fault, and it is due still, or was begun and is not: the next look finds out. Its next time may be a day away.
        if (isMomentary(error)) later.push(error);
        else await this.#failed(schedule, now, error);
      }
    }
    if (later.length > 0) throw later[0];
    return fired;
  }

  #noteLook(): void {
    this.#lookedAt = this.#options.clock.monotonic();
  }

  async #fireOne(tx: Transaction, schedule: Schedule, now: Date): Promise<boolean> {
    const { name } = schedule;
    // Another replica may have had it since.
    const [due] = await this.#store.due(tx, [name], now);
    if (!due) return false;
    if (due.asked) {
      const begun = await this.#begin(tx, schedule, now, due.asked.by);
      await this.#store.answered(tx, name, { now, begun });
      return begun;
    }
    const nextAt = nextTime(schedule, now, due.nextAt);
    if (due.paused) {
      await this.#store.leftOut(tx, name, nextAt);
      return false;
    }
    const begun = await this.#begin(tx, schedule, now);
    if (begun) await this.#store.fired(tx, name, { now, nextAt });
    else await this.#store.skipped(tx, name, nextAt);
    return begun;
  }

  async #failed(schedule: Schedule, now: Date, error: unknown): Promise<void> {
    const { name } = schedule;
    this.#options.logger.error('a schedule could not be begun; it is tried again at its next time', {
      schedule: name,
      error,
    });
    await this.#store.failed(this.#database, name, { nextAt: nextTime(schedule, now), error: errorMessage(error) });
  }

  /** Starts a run with the transaction. False when the one before has not ended. */
  async #begin(tx: Transaction, schedule: Schedule, now: Date, askedBy?: string): Promise<boolean> {
    const { name, runMs = HOUR_MS } = schedule;
    if (!('call' in schedule)) return this.#runs.begin(tx, schedule, { now, runMs, signal: this.#stopped.signal });
    const { job, data, queue } = schedule.call;
    const { dispatched } = await (this.#options.dispatcher as JobDispatcher).dispatch(tx, job, data, {
      ...(queue === undefined ? {} : { queue }),
      unique: { key: lockOf(name), atMostMs: runMs },
      ticket: { schedule: name },
      origin: `the schedule ${name}${askedBy === undefined ? '' : `, which ${askedBy} has had run`}`,
    });
    return dispatched;
  }

  async #declare(): Promise<void> {
    const now = this.#options.clock.now();
    for (const schedule of this.#schedules.values()) {
      const times = { nextAt: nextTime(schedule, now), latest: nextTime(schedule, new Date(now.getTime() + HOUR_MS)) };
      await this.#store.declare(this.#database, schedule.name, timingText(schedule), times);
    }
    this.#declared = true;
  }
}

/** @throws RangeError that says of what `look` threw */
function naming(what: string, look: () => unknown): void {
  try {
    look();
  } catch (error) {
    throw new RangeError(`${what}: ${errorMessage(error)}`, { cause: error });
  }
}
