import type { Clock, Database, Logger } from '@postern/runtime';
import type { Listener } from './listen.ts';

/** How old an answer of the table may be, in milliseconds: a look costs each replica one statement in that time. */
const LOOK_MS = 1_000;
/** What a new listener leaves the other replicas to hear of it, in milliseconds, before its own takes events. */
const SETTLE_MS = 2 * LOOK_MS;
const BEAT_MS = 30_000;
/** After ten missed beats no replica has the listener any more. */
const FRESH_MS = 10 * BEAT_MS;

interface Row {
  event_type: string;
  name: string;
}

interface ListenerRegistryOptions {
  clock: Clock;
  logger: Logger;
}

/**
 * Which listeners the replicas have that run at the moment. During a rolling update they differ, and an old replica that takes
 * an event has to know that somebody else is to hear it as well.
 */
export class ListenerRegistry {
  readonly #database: Database;
  readonly #own: readonly Row[];
  readonly #options: ListenerRegistryOptions;
  readonly #ending = new AbortController();
  #look: { at: number; others: Promise<Row[]> } | undefined;
  #beating: Promise<void> | undefined;

  constructor(database: Database, listeners: readonly Listener[], options: ListenerRegistryOptions) {
    this.#database = database;
    this.#own = listeners.map(({ event, name }) => ({ event_type: event.type, name }));
    this.#options = options;
  }

  /** Makes the own listeners known, before any event is taken. One that is new waits until all replicas have heard of it. */
  async enter(signal: AbortSignal): Promise<void> {
    const known = await this.#fresh();
    await this.#beat();
    this.#beating = this.#keepBeating();
    const changed = this.#own.some((own) => !known.some((it) => isSame(it, own)));
    if (known.length > 0 && changed) await this.#options.clock.sleep(SETTLE_MS, signal);
  }

  /** The names of an event's listeners that only other replicas have. */
  async missing(eventType: string): Promise<string[]> {
    const now = this.#options.clock.monotonic();
    if (!this.#look || now - this.#look.at >= LOOK_MS) this.#look = { at: now, others: this.#others() };
    const look = this.#look;
    try {
      return (await look.others).filter((row) => row.event_type === eventType).map(({ name }) => name);
    } catch (error) {
      if (this.#look === look) this.#look = undefined;
      throw error;
    }
  }

  /** What it has made known is forgotten in time: other replicas may have the same listeners. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#beating;
  }

  /** Those that only other replicas have: nearly always none, and asked for with each event. */
  async #others(): Promise<Row[]> {
    return (await this.#fresh()).filter((row) => !this.#own.some((own) => isSame(row, own)));
  }

  #fresh(): Promise<Row[]> {
    const since = new Date(this.#options.clock.now().getTime() - FRESH_MS);
    return this.#database.sql<Row>('listeners').where('seen_at', '>', since).select('event_type', 'name');
  }

  async #beat(): Promise<void> {
    if (this.#own.length === 0) return;
    const seen_at = this.#options.clock.now();
    // Replicas that start together write the same rows: a deadlock between them is run again.
    await this.#database.transaction(async (tx) => {
      await tx
        .sql('listeners')
        .insert(this.#own.map((row) => ({ ...row, seen_at })))
        .onConflict(['event_type', 'name'])
        .merge(['seen_at']);
    });
  }

  async #keepBeating(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await clock.sleep(BEAT_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#beat().catch((error: unknown) =>
        logger.warn('the listeners of this replica could not be registered again', { error }),
      );
    }
  }
}

function isSame(one: Row, other: Row): boolean {
  return one.event_type === other.event_type && one.name === other.name;
}
