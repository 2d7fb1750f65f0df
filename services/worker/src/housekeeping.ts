import { pruneDeliveries, pruneTable } from '@postern/queue';
import { type Clock, type Database, errorMessage, type Logger } from '@postern/runtime';

export interface HousekeepingOptions {
  /** How long a mail can be looked up after its last change, in milliseconds. */
  mailRetentionMs: number;
  clock: Clock;
  logger: Logger;
}

const HOUR_MS = 3_600_000;
/** Soft bounces count for 7 days. */
const SOFT_BOUNCE_MS = 7 * 24 * HOUR_MS;

/** Deletes what nobody needs any more, so that the worker's tables do not grow for ever: about once an hour, on every replica. */
export class Housekeeping {
  readonly #database: Database;
  readonly #options: HousekeepingOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(database: Database, options: HousekeepingOptions) {
    this.#database = database;
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** One round. Two replicas at once do no harm: each deletes by primary key what is past its time. */
  async round(signal?: AbortSignal): Promise<void> {
    const { clock, mailRetentionMs } = this.#options;
    const now = clock.now().getTime();
    const base = { clock, ...(signal ? { signal } : {}) };
    await pruneDeliveries(this.#database, base);
    const past = new Date(now - mailRetentionMs);
    // A mail's history first: without its mail it would never be found again. Rows that are due are somebody's work.
    const old = this.#database.sql('mails').whereNull('due_at').where('changed_at', '<', past).select('id');
    await pruneTable(this.#database, {
      ...base,
      table: 'mail_changes',
      key: ['mail_id', 'number'],
      where: (query) => query.whereIn('mail_id', old.clone()),
    });
    await pruneTable(this.#database, {
      ...base,
      table: 'mails',
      key: 'id',
      where: (query) => query.whereNull('due_at').where('changed_at', '<', past),
    });
    await pruneTable(this.#database, {
      ...base,
      table: 'soft_bounces',
      key: ['recipient_hash', 'notice_id'],
      where: (query) => query.where('at', '<', new Date(now - SOFT_BOUNCE_MS)),
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      // Spread over the hour, so that replicas that started together do not sweep together.
      await clock.sleep(HOUR_MS * (0.5 + Math.random()), signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.round(signal);
      } catch (error) {
        logger.warn('old rows could not be deleted; the next round will', { reason: errorMessage(error) });
      }
    }
  }
}
