import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, type Database, idToBytes, type Logger, newId, RecurringWarnings } from '@postern/runtime';
import { pruneTable } from '../sql/prune-table.ts';
import { REPLICA_LIMITS } from './create-replicas-table.ts';

/** One statement of one row in that time, a replica. */
export const BEAT_MS = 10_000;
/** A replica that was killed is shown for so long: whoever looks for what happened should find it. */
const REMEMBERED_MS = 3_600_000;

/** What a replica does without when it has to. Absent fields: nothing to report, or an earlier release. */
export interface ReplicaPart {
  name: string;
  /** `handler`: what a handler calls, by the handler's name. Absent of a mail provider. */
  kind?: 'handler';
  state: string;
  /** When it is tried again. */
  until?: string;
  /** What it last said when it did not work, without addresses, and when. */
  last_words?: string;
  last_words_at?: string;
}

/** What a replica does and sees, as far as others want to know. Small: it is written every ten seconds. */
export interface ReplicaFacts {
  /** The queues that it consumes, and how many messages of each it has handled a second since the heartbeat before. */
  queues: readonly { queue: string; per_second: number }[];
  /** What it does without when it has to, such as a mail provider (`smtp`) or what a handler calls (`job shipment.book`). */
  parts: readonly ReplicaPart[];
  /** What is paused, as it obeys it: a queue, `queue/handler`. Absent of a release that cannot pause. */
  paused?: readonly string[];
}

interface ReplicaBeatOptions {
  version: string;
  logger: Logger;
  /** Asked at each heartbeat. */
  facts?: () => ReplicaFacts;
  host?: string;
  clock?: Clock;
}

/**
 * Has a process write every ten seconds that it runs, and what it does, for the people who ask how the system is. Nothing
 * depends on it: a heartbeat that fails is a warning. A process that stops takes its row away; rows of those that were killed go after
 * an hour, by the heartbeats of others.
 */
export class ReplicaBeat {
  readonly #database: Database;
  readonly #options: ReplicaBeatOptions;
  readonly #clock: Clock;
  readonly #warnings: RecurringWarnings;
  readonly #id = idToBytes(newId());
  readonly #ending = new AbortController();
  #beating: Promise<void> | undefined;
  #wake = new AbortController();

  constructor(database: Database, options: ReplicaBeatOptions) {
    this.#database = database;
    this.#options = options;
    this.#clock = options.clock ?? database.clock;
    this.#warnings = new RecurringWarnings({ logger: options.logger, clock: this.#clock });
  }

  start(): void {
    this.#beating ??= this.#run(this.#ending.signal);
  }

  /** What it does has changed: others should not have to wait for the next heartbeat to see it. */
  soon(): void {
    this.#wake.abort();
  }

  /** Does not throw. Nothing where it was never started. */
  async stop(): Promise<void> {
    if (!this.#beating) return;
    this.#ending.abort();
    await this.#beating;
    try {
      await this.#database.sql('replicas').where({ id: this.#id }).delete();
    } catch (error) {
      // A database that is away must not make a shutdown a failed one: the row goes as that of a replica that was killed.
      this.#options.logger.warn('this replica is shown for another hour: its row could not be removed', { error });
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const clock = this.#clock;
    const startedAt = clock.now();
    const loop = monitorEventLoopDelay({ resolution: 20 });
    loop.enable();
    while (!signal.aborted) {
      const lagMs = Math.round(loop.max / 1e6);
      loop.reset();
      try {
        await this.#beat(startedAt, lagMs);
        await this.#forgetOthers(signal);
        this.#warnings.recovered('beat', 'this replica reports itself again', {});
      } catch (error) {
        this.#warnings.warn('beat', 'this replica cannot report that it runs; `status` does not show it', { error });
      }
      await clock.sleep(BEAT_MS, AbortSignal.any([signal, this.#wake.signal])).catch(() => undefined);
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
    }
    loop.disable();
  }

  async #beat(startedAt: Date, lagMs: number): Promise<void> {
    const { version, host = hostname(), facts } = this.#options;
    const memory_mb = Math.round(process.memoryUsage.rss() / 1_048_576);
    const text = JSON.stringify({ ...(facts?.() ?? { queues: [], parts: [] }), memory_mb, pid: process.pid });
    if (text.length > REPLICA_LIMITS.facts) throw new Error(`its facts are ${text.length} characters long`);
    const changing = { seen_at: this.#clock.now(), loop_lag_ms: lagMs, facts: text };
    const row = {
      ...{ id: this.#id, started_at: startedAt, ...changing },
      host: host.slice(0, REPLICA_LIMITS.host),
      version: version.slice(0, REPLICA_LIMITS.version),
    };
    await this.#database.sql('replicas').insert(row).onConflict('id').merge(changing);
  }

  async #forgetOthers(signal: AbortSignal): Promise<void> {
    const before = new Date(this.#clock.now().getTime() - REMEMBERED_MS);
    await pruneTable(this.#database, {
      ...{ table: 'replicas', key: 'id', signal, clock: this.#clock },
      where: (query) => query.where('seen_at', '<', before),
    });
  }
}
