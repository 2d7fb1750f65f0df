import type { Clock, Database, Transaction } from '@postern/runtime';
import { Coalescer } from '../sql/coalescer.ts';
import { MAX_LISTENER } from './create-deliveries-table.ts';
import { DeliveriesStore, type Delivery } from './deliveries-store.ts';

interface InboxOptions {
  clock?: Clock;
  /** Deliveries in one lookup or one insert (default 500). */
  batch?: number;
  /**
   * How long a first lookup or record waits for those of other messages, in milliseconds. By default (0) not at all: what
   * comes in one turn of the event loop, or while a statement is under way, shares the next one.
   */
  lingerMs?: number;
}

type OnceOutcome = 'ran' | 'repeat';

interface OnceOptions {
  /** That of the message: what its consumer has given up meanwhile does not begin, as it may run elsewhere by now, and waits for no other copy. */
  signal?: AbortSignal;
}

/**
 * An idempotent receiver (Hohpe and Woolf, "Enterprise Integration Patterns"): SQS delivers at least once, a listener's
 * work is recorded when it has succeeded and is not done again when the message comes back. A listener that failed, or
 * whose process died, has no record and runs again; the other listeners of the message do not.
 */
export class Inbox {
  readonly #database: Database;
  readonly #store: DeliveriesStore;
  readonly #lookups: Coalescer<Delivery, boolean>;
  readonly #records: Coalescer<Delivery, undefined>;
  /** What runs in this process at the moment, so that two copies of a message do not run side by side. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(database: Database, { clock = database.clock, batch = 500, lingerMs = 0 }: InboxOptions = {}) {
    this.#database = database;
    this.#store = new DeliveriesStore(database, clock);
    this.#lookups = new Coalescer({ max: batch, lingerMs, run: (deliveries) => this.#store.areDone(deliveries) });
    this.#records = new Coalescer({
      max: batch,
      lingerMs,
      run: async (deliveries) => {
        await this.#store.record(deliveries);
        return new Array(deliveries.length).fill(undefined);
      },
    });
  }

  /** For liveness: what is wrong when lookups or records hang. */
  stalled(): string | undefined {
    return this.#lookups.stalled() ?? this.#records.stalled();
  }

  /**
   * Runs `run` unless `listener` has succeeded with this message before; resolves when its success is recorded.
   * A process that dies between the two repeats the work: an effect that is in this database belongs into
   * `onceWithin`, one elsewhere needs a key of its own there (as the mail ledger has).
   *
   * @throws what `run` throws, with nothing recorded; the database's error when it could not be read or written; the signal's reason
   */
  async once(
    listener: string,
    messageId: string,
    run: () => Promise<void>,
    { signal }: OnceOptions = {},
  ): Promise<OnceOutcome> {
    checkListener(listener);
    const delivery = { listener, messageId };
    const key = `${listener}/${messageId}`;
    for (let other = this.#running.get(key); other; other = this.#running.get(key)) await endOf(other, signal);
    const running = this.#runOnce(delivery, run, signal).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  /** Whether `listener` has succeeded with this message. */
  async isDone(listener: string, messageId: string): Promise<boolean> {
    checkListener(listener);
    return this.#lookups.add({ listener, messageId });
  }

  async #runOnce(delivery: Delivery, run: () => Promise<void>, signal: AbortSignal | undefined): Promise<OnceOutcome> {
    if (await this.#lookups.add(delivery)) return 'repeat';
    signal?.throwIfAborted();
    await run();
    await this.#records.add(delivery);
    return 'ran';
  }

  /**
   * Exactly once for an effect in this same database: the record and the work are one transaction, so that a crash at
   * any point leaves both or neither, and two processes with the same message do it one after the other.
   *
   * @throws what `run` throws, after the rollback
   */
  async onceWithin(listener: string, messageId: string, run: (tx: Transaction) => Promise<void>): Promise<OnceOutcome> {
    checkListener(listener);
    return this.#database.transaction(async (tx) => {
      if (!(await this.#store.claim(tx, { listener, messageId }))) return 'repeat';
      await run(tx);
      return 'ran';
    });
  }
}

/**
 * Resolves when a run has ended: its outcome is its own caller's, and what counts here is whether it is recorded afterwards. One that ignores its
 * abort may never end, and must not have each copy of its message wait as long.
 *
 * @throws the signal's reason
 */
async function endOf(run: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = () => resolve();
  signal?.addEventListener('abort', abort, { once: true });
  await Promise.race([run.catch(() => undefined), aborted]);
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
}

function checkListener(listener: string): void {
  if (listener.length > 0 && listener.length <= MAX_LISTENER) return;
  throw new RangeError(
    `a listener's name must have 1 to ${MAX_LISTENER} characters, not ${listener.length}: "${listener}"`,
  );
}
