import { MessageRefusedError, type MessageSender, NotWantedError } from '@postern/sqs/ports';
import { Coalescer } from '../sql/coalescer.ts';
import { InFlight } from './in-flight.ts';
import { OutboxFailures } from './outbox-failures.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import type { OutboxSettings } from './outbox-options.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { OutboxStore } from './outbox-store.ts';
import { QueueHealth } from './queue-health.ts';

/** Rows in one DELETE. */
const ROWS_AT_ONCE = 1_000;
/** Failures in a row after which a queue is down: a burst that SQS stumbles over is fewer. */
const DOWN_AFTER = 5;
/** Of what is left of a lease, how long a message may wait for its turn; the rest is for its request, and for the deletion of the row. */
const SEND_SHARE = 0.8;

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
  readonly #failures: OutboxFailures;
  readonly #inFlight = new InFlight();

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
    this.health = new QueueHealth(clock, { downAfter: DOWN_AFTER, baseMs: backoffBaseMs, ceilingMs: queueCeilingMs });
    const removals = { max: ROWS_AT_ONCE, run: (ids: number[]) => this.#remove(ids) };
    this.#removals = new Coalescer({ ...removals, lingerMs: deleteLingerMs });
    this.#orderedRemovals = new Coalescer({ ...removals, lingerMs: 0 });
    this.#failures = new OutboxFailures(holder, { store, health: this.health, metrics, settings });
  }

  /** Whether another message may be kept in memory until it is sent. */
  hasRoom(): boolean {
    const { maxInFlight, maxInFlightSize } = this.#settings;
    return this.#inFlight.count < maxInFlight && this.#inFlight.size < maxInFlightSize;
  }

  /** What is wrong when what came of sends is not written down any more. */
  stalled(): string | undefined {
    return this.#removals.stalled() ?? this.#orderedRemovals.stalled() ?? this.#failures.stalled();
  }

  get inFlight(): number {
    return this.#inFlight.count;
  }

  /**
   * Sends one row. Resolves, never rejects, when SQS has it (true) or it is left for later (false). A row that this replica is sending
   * under the same lease is not sent a second time.
   *
   * @param until when its lease ends. Past the better part of it a message that still waits for its turn is not sent any more: another
   *   replica is about to send it, and a queue that is slow would get everything twice, and be slower yet
   */
  publish(row: OutboxRow, until: Date): Promise<boolean> {
    const { clock } = this.#settings;
    const began = clock.monotonic();
    const before = this.#inFlight.get(row.id);
    if (before && began < before.until) return before.done;
    if (before) this.#inFlight.remove(row.id, before.done);
    const leftMs = until.getTime() - clock.now().getTime();
    const isWanted = () => this.#inFlight.get(row.id)?.done === done && clock.monotonic() < began + leftMs * SEND_SHARE;
    let done: Promise<boolean> | undefined;
    done = this.#send(row, isWanted).finally(() => this.#inFlight.remove(row.id, done));
    this.#inFlight.add(row.id, { queue: row.queue, size: row.message.body.length, until: began + leftMs, done });
    return done;
  }

  /** Stops waiting for sends whose lease is over: their rows are anyone's now, and memory is bounded. */
  expire(): void {
    const queues = this.#inFlight.removeUntil(this.#settings.clock.monotonic());
    for (const queue of queues) this.health.failed(queue);
  }

  /** Records at once what sends have come to, instead of waiting for more. */
  async settle(): Promise<void> {
    await Promise.all([this.#removals.flush(), this.#orderedRemovals.flush(), this.#failures.flush()]);
  }

  /** Waits until nothing is under way or the signal is aborted, then records it. Returns how many rows were left. */
  async drain(signal: AbortSignal): Promise<number> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (!signal.aborted) await Promise.race([this.#inFlight.ended(), aborted]);
    // What still waits for its turn here must not be sent beside whoever gets it now.
    const left = this.#inFlight.clear();
    await this.settle();
    if (left.length > 0) await this.#release(left);
    return left.length;
  }

  /** Does not throw: rows that cannot be given back are anyone's when their lease ends. */
  async #release(ids: number[]): Promise<void> {
    try {
      await this.#store.release(ids, this.holder, this.#settings.clock.now());
    } catch (error) {
      this.#settings.logger.warn('outbox rows keep their lease until it runs out: they could not be given back', {
        rows: ids.length,
        error,
      });
    }
  }

  async #send(row: OutboxRow, isWanted: () => boolean): Promise<boolean> {
    try {
      if (row.unreadable !== undefined) throw new MessageRefusedError('UnreadableRow', row.unreadable);
      await this.#sender.send(row.queue, row.message, { isWanted });
    } catch (error) {
      // Its lease is as good as over: whoever takes it up next sends it.
      if (error instanceof NotWantedError) this.#metrics.failed(row.queue, 'lapsed');
      else await this.#failures.add({ row, error });
      return false;
    }
    if (this.health.succeeded(row.queue)) {
      this.#settings.logger.info('a queue accepts messages again: those that waited are being sent', {
        queue: row.queue,
      });
    }
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
}
