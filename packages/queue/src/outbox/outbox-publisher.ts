import { backoffDelay, errorMessage } from '@postern/runtime';
import { Coalescer } from '../durable/coalescer.ts';
import type { MessageSender } from '../sender/message-sender.ts';
import { isOwnLimit, isRefused } from './message-fault.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import type { OutboxSettings } from './outbox-options.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { OutboxStore } from './outbox-store.ts';
import { QueueHealth } from './queue-health.ts';

/** Rows in one DELETE or UPDATE. */
const ROWS_AT_ONCE = 1_000;
const ERROR_LENGTH = 1_000;

interface Failure {
  row: OutboxRow;
  error: unknown;
}

/** Sends rows that this replica has leased, and records what became of them. */
export class OutboxPublisher {
  readonly holder: string;
  readonly health: QueueHealth;
  readonly #store: OutboxStore;
  readonly #sender: MessageSender;
  readonly #metrics: OutboxMetrics;
  readonly #settings: OutboxSettings;
  readonly #removals: Coalescer<number, undefined>;
  readonly #orderedRemovals: Coalescer<number, undefined>;
  readonly #failures: Coalescer<Failure, undefined>;
  /** By row id, in the order in which they were leased. */
  readonly #inFlight = new Map<number, { queue: string; size: number; leasedAt: number; done: Promise<boolean> }>();
  #size = 0;

  constructor(
    holder: string,
    store: OutboxStore,
    sender: MessageSender,
    { metrics, settings }: { metrics: OutboxMetrics; settings: OutboxSettings },
  ) {
    this.holder = holder;
    this.#store = store;
    this.#sender = sender;
    this.#metrics = metrics;
    this.#settings = settings;
    const { clock, backoffBaseMs, queueCeilingMs, deleteLingerMs } = settings;
    this.health = new QueueHealth(clock, { downAfter: 5, baseMs: backoffBaseMs, ceilingMs: queueCeilingMs });
    this.#removals = new Coalescer({ max: ROWS_AT_ONCE, lingerMs: deleteLingerMs, run: (ids) => this.#remove(ids) });
    this.#orderedRemovals = new Coalescer({ max: ROWS_AT_ONCE, lingerMs: 0, run: (ids) => this.#remove(ids) });
    this.#failures = new Coalescer({ max: ROWS_AT_ONCE, lingerMs: deleteLingerMs, run: (all) => this.#record(all) });
  }

  /** Whether another message may be kept in memory until it is sent. */
  hasRoom(): boolean {
    return this.#inFlight.size < this.#settings.maxInFlight && this.#size < this.#settings.maxInFlightSize;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sends one row. Resolves, never rejects, when SQS has it (true) or it is left for later (false). */
  publish(row: OutboxRow): Promise<boolean> {
    const leasedAt = this.#settings.clock.now().getTime();
    const done = this.#send(row).finally(() => this.#forget(row.id, done));
    this.#inFlight.set(row.id, { queue: row.queue, size: row.message.body.length, leasedAt, done });
    this.#size += row.message.body.length;
    return done;
  }

  /** Stops waiting for sends whose lease is over: their rows are anyone's now, and memory is bounded. */
  expire(): void {
    const over = this.#settings.clock.now().getTime() - this.#settings.leaseMs;
    for (const [id, { queue, leasedAt, done }] of this.#inFlight) {
      if (leasedAt > over) break;
      this.#forget(id, done);
      this.health.failed(queue);
    }
  }

  /** Records at once what sends have come to, instead of waiting for more. */
  async settle(): Promise<void> {
    await Promise.all([this.#removals.flush(), this.#orderedRemovals.flush(), this.#failures.flush()]);
  }

  /** Waits until nothing is under way or the signal is aborted, then records it. Returns the rows that were left. */
  async drain(signal: AbortSignal): Promise<number> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const ended = Promise.all([...this.#inFlight.values()].map(({ done }) => done));
    await Promise.race([ended, aborted]);
    const left = [...this.#inFlight.keys()];
    await this.settle();
    if (left.length > 0) await this.#store.release(left, this.holder, this.#settings.clock.now());
    return left.length;
  }

  #forget(id: number, done: Promise<boolean>): void {
    const entry = this.#inFlight.get(id);
    if (entry?.done !== done) return;
    this.#inFlight.delete(id);
    this.#size -= entry.size;
  }

  async #send(row: OutboxRow): Promise<boolean> {
    try {
      await this.#sender.send(row.queue, row.message);
    } catch (error) {
      await this.#failures.add({ row, error });
      return false;
    }
    this.health.succeeded(row.queue);
    const since = Math.max(row.createdAt.getTime(), row.availableAt?.getTime() ?? 0);
    this.#metrics.sent(row.queue, (this.#settings.clock.now().getTime() - since) / 1000);
    // The next row of its key is sent only when this one is gone; nobody waits for the deletion of any other.
    if (row.orderKey === undefined) void this.#removals.add(row.id);
    else await this.#orderedRemovals.add(row.id);
    return true;
  }

  /** Does not throw: what was sent and not deleted is only sent again. */
  async #remove(ids: number[]): Promise<undefined[]> {
    try {
      await this.#store.remove(ids);
    } catch (error) {
      this.#settings.logger.warn('sent messages will be sent again: their outbox rows could not be deleted', {
        rows: ids.length,
        error,
      });
    }
    return new Array(ids.length).fill(undefined);
  }

  /** Does not throw: a failure that is not recorded ends with its row's lease. */
  async #record(failures: Failure[]): Promise<undefined[]> {
    try {
      for (const queue of new Set(failures.map(({ row }) => row.queue))) {
        await this.#recordOf(
          queue,
          failures.filter(({ row }) => row.queue === queue),
        );
      }
    } catch (error) {
      this.#settings.logger.warn('outbox rows keep their lease until it runs out: failures could not be recorded', {
        rows: failures.length,
        error,
      });
    }
    return new Array(failures.length).fill(undefined);
  }

  async #recordOf(queue: string, failures: Failure[]): Promise<void> {
    const rest = new Set(failures);
    for (const failure of failures.filter(({ error }) => isRefused(error))) {
      rest.delete(failure);
      await this.#fail(failure, true);
    }
    const held = [...rest].filter(({ error }) => isOwnLimit(error));
    if (held.length > 0) await this.#giveBack(held);
    for (const failure of held) rest.delete(failure);
    if (rest.size === 0) return;
    this.health.failed(queue, rest.size);
    if (!this.health.isDown(queue)) {
      for (const failure of rest) await this.#fail(failure, false);
      return;
    }
    const others = [...rest];
    const error = others[0]?.error;
    for (const _ of others) this.#metrics.failed(queue, 'queue_down');
    this.#settings.logger.warn('a queue takes no messages: they wait in the outbox', {
      queue,
      rows: others.length,
      error,
    });
    await this.#giveBack(others, errorMessage(error).slice(0, ERROR_LENGTH));
  }

  /** Neither row is to blame: whoever sweeps next may try, as soon as its queue is open. */
  async #giveBack(failures: readonly Failure[], error?: string): Promise<void> {
    const ids = failures.map(({ row }) => row.id);
    await this.#store.release(ids, this.holder, this.#settings.clock.now(), error);
  }

  async #fail({ row, error }: Failure, refused: boolean): Promise<void> {
    const { clock, logger, maxAttempts, backoffBaseMs, rowCeilingMs } = this.#settings;
    const dead = refused || row.attempts + 1 >= maxAttempts;
    const wait = backoffBaseMs + backoffDelay(row.attempts + 1, { baseMs: backoffBaseMs, ceilingMs: rowCeilingMs });
    await this.#store.fail(row.id, this.holder, {
      dueAt: dead ? null : new Date(clock.now().getTime() + wait),
      error: errorMessage(error).slice(0, ERROR_LENGTH),
    });
    this.#metrics.failed(row.queue, dead ? 'dead' : 'retried');
    if (!dead) return;
    const { id, type } = row.message;
    logger.error('a message of the outbox cannot be sent and is dead until an operator retries or removes it', {
      row: row.id,
      queue: row.queue,
      message_id: id,
      type,
      error,
    });
  }
}
