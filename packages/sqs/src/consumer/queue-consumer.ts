import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDirectory } from '../client/queue-directory.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { ConsumerStoppedError } from '../retry/outcomes.ts';
import type { ConsumerCounts } from './consumer-metrics.ts';
import { type ConsumerOptions, checkSettings } from './consumer-options.ts';
import { assembleParts, type ConsumerParts, deliveryRules } from './consumer-parts.ts';
import type { Delivery, DeliveryRules } from './delivery.ts';
import { drain, type StopReport } from './drain.ts';
import type { GroupOrder } from './group-order.ts';
import { takeIn } from './intake.ts';
import type { Lease } from './lease.ts';
import type { Hiding } from './poll-loop.ts';

const MAX_PREFETCH_BYTES = 16 * 1024 * 1024;
/**
 * A handler that still runs so long after it was given up hangs, in milliseconds. Before that it may wait for a database that is away, which
 * has limits of its own and is nothing that a restart would help.
 */
const HANGS_MS = 60_000;

/**
 * Consumes one queue. Handlers run up to the concurrency, receives go on meanwhile, leases are prolonged while a message waits
 * or runs, and every end of a handler is reported to SQS in batches.
 */
export class QueueConsumer {
  readonly #parts: ConsumerParts;
  readonly #rules: DeliveryRules;
  readonly #ticking = new AbortController();
  #lastTickAt = 0;
  /** When the tick before the last one was. */
  #earlierTickAt = 0;
  #handled = 0;
  #stopping: Promise<StopReport> | undefined;

  constructor(client: SQSClient | SqsApi, queues: QueueDirectory, options: ConsumerOptions) {
    this.#parts = assembleParts(client, queues, options, {
      ended: (delivery, error, tookMs) => this.#ended(delivery, error, tookMs),
      lost: (lease, reason) => this.#loseLease(lease, reason),
      room: () => this.#room(),
      take: (messages, hiding) => this.#take(messages, hiding),
    });
    this.#rules = deliveryRules(this.#parts);
  }

  get queue(): string {
    return this.#parts.settings.queue;
  }

  /** Handlers running, messages waiting for one, and how many handlers may run now. */
  get load(): { running: number; waiting: number; limit: number } {
    return { running: this.#parts.pool.running, waiting: this.#parts.pool.waiting, limit: this.#parts.pool.limit };
  }

  /** Handlers that have ended since the start, well or not. */
  get handled(): number {
    return this.#handled;
  }

  /** What it has done since its start, and what waited when it last asked: for whoever keeps a history. Nothing without a registry of metrics. */
  counts(): ConsumerCounts & { waiting: number | undefined } {
    return { ...this.#parts.metrics.counts(), waiting: this.#parts.depth?.waiting };
  }

  /**
   * Refuses settings under which messages would be lost or repeated; `start()` does it too.
   *
   * @throws ConfigError listing every problem
   */
  checkSettings(): void {
    checkSettings(this.#parts.settings, this.#parts.address);
  }

  start(): void {
    if (this.#parts.polls.state !== 'new') return;
    this.checkSettings();
    this.#lastTickAt = this.#now();
    this.#parts.polls.start();
    void this.#tick();
    void this.#parts.depth?.run(this.#ticking.signal);
  }

  /** Whether it takes no messages at the moment: paused, or about to start so. */
  get paused(): boolean {
    return this.#parts.polls.paused;
  }

  /**
   * Begins no handler and no receive until `resume()`, also before `start()`. Handlers that run go on to their end; what waits for one, and
   * what an open receive brings, is given back, so that no lease is held meanwhile. Of a frame that was begun the rest is sent again.
   */
  pause(): void {
    if (this.#stopping || this.paused) return;
    this.#parts.polls.pause();
    this.#parts.metrics.setDrainSeconds(undefined);
    this.#giveBackWaiting('all');
  }

  resume(): void {
    if (this.#stopping) return;
    this.#parts.polls.resume();
  }

  /**
   * Takes no new message, lets handlers end, and reports everything to SQS. At the deadline what still runs is aborted and its
   * message given back. Every call returns the same promise.
   *
   * @param deadlineMs milliseconds until the end; default 25,000, below the 30 s that most schedulers give
   */
  stop({ deadlineMs = 25_000 }: { deadlineMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  /** What is wrong when the consumer no longer makes progress; undefined while it does. A failing SQS is not a stall. */
  stalled(): string | undefined {
    const { visibilityMs, handlerTimeoutMs, abortGraceMs, pollWaitSeconds, queue } = this.#parts.settings;
    if (this.#parts.polls.state !== 'running') return undefined;
    const now = this.#now();
    const tickAge = now - this.#lastTickAt;
    if (tickAge > Math.max(10_000, visibilityMs))
      return `queue ${queue}: leases were last looked after ${tickAge} ms ago`;
    // A receive lasts at most its wait and 5 s; all handlers at capacity last at most their timeout.
    const limit = Math.max(pollWaitSeconds * 1_000 + 15_000, handlerTimeoutMs + abortGraceMs + 10_000);
    const age = now - this.#parts.polls.progressAt;
    if (age > limit && this.#parts.pool.waiting === 0)
      return `queue ${queue}: no receive has begun or ended for ${age} ms`;
    const hanging = this.#parts.pool.abandonedFor(HANGS_MS);
    if (hanging >= this.#parts.pool.limit) {
      return `queue ${queue}: ${hanging} handlers ran out of time, ignored their abort and still run`;
    }
    return undefined;
  }

  #now(): number {
    return this.#parts.settings.clock.monotonic();
  }

  #room(): { free: number; capacity: number } {
    const { waiting, running, waitingBytes, limit } = this.#parts.pool;
    const capacity = limit + (waitingBytes < MAX_PREFETCH_BYTES ? this.#parts.pace.prefetch : 0);
    return { free: capacity - running - waiting, capacity };
  }

  #take(messages: Message[], { askedAt, forMs }: Hiding): number {
    const now = this.#parts.settings.clock.now().getTime();
    // They may have waited here, hidden all the while, if this process was held up: but not since before the last tick but one, as what
    // has come is read between two ticks.
    const deadline = Math.max(askedAt, this.#earlierTickAt) + forMs;
    const leases: Lease[] = [];
    /** Groups of a FIFO queue of which one waits for its time: what came with it must not pass it. */
    const waiting = new Set<string>();
    const accepts = this.#parts.polls.state === 'running';
    let count = 0;
    for (const raw of messages) {
      const intake = takeIn(raw, {
        queue: this.queue,
        now,
        deadline,
        termMs: forMs,
        fifo: this.#parts.address.fifo,
        rules: this.#rules,
      });
      const { lease } = intake;
      this.#parts.keeper.add(lease);
      leases.push(lease);
      const group = this.#parts.order && raw.Attributes?.MessageGroupId;
      if (group !== undefined && intake.kind === 'early') waiting.add(group);
      // Also of a consumer that is paused or stops: hidden until its time, this receive is known to be no try.
      if (intake.kind === 'early') this.#parts.settler.putOff(lease, intake.remainingMs);
      else if (!accepts || waiting.has(group ?? '')) this.#parts.settler.giveBack(lease);
      else if (intake.kind === 'broken') this.#parts.settler.deadLetter(lease, intake.reason, intake.message);
      else if (lease.deliveries.length > 1 && lease.deliveries.some((one) => one.suspect && !one.usedUp)) {
        this.#parts.settler.scatter(lease);
      } else {
        count += lease.deliveries.length;
        for (const delivery of lease.deliveries) {
          if (!this.#parts.order || this.#parts.order.admit(delivery)) this.#parts.pool.add(delivery);
        }
      }
    }
    this.#parts.keeper.prolong(leases);
    this.#parts.pool.pump();
    return count;
  }

  #ended(delivery: Delivery, error: unknown, tookMs: number): void {
    this.#parts.pace.ended(delivery.startedAt, tookMs);
    this.#handled += 1;
    const settled = this.#parts.settler.settle(delivery, error, tookMs);
    if (this.#parts.order) void this.#moveGroup(this.#parts.order, delivery, error, settled);
  }

  /** In a FIFO queue the next of the group waits until SQS knows about this one; after a failure it goes back behind it. */
  async #moveGroup(
    order: GroupOrder,
    done: Delivery,
    error: unknown,
    settled: Promise<void> | undefined,
  ): Promise<void> {
    await settled;
    if (done.lease.lost || (error !== undefined && !done.gone)) {
      for (const behind of order.drop(done)) this.#parts.settler.giveBack(behind.lease);
      return;
    }
    const next = order.next(done);
    if (!next) return;
    if (this.paused) {
      for (const behind of [next, ...order.drop(next)]) this.#parts.settler.giveBack(behind.lease);
      return;
    }
    this.#parts.pool.add(next);
    this.#parts.pool.pump();
  }

  #loseLease(lease: Lease, reason: Error): void {
    const now = this.#now();
    for (const delivery of lease.deliveries) {
      if (delivery.settled) continue;
      delivery.abort(reason, now);
      // One that waits has no handler to end it.
      if (delivery.startedAt === 0) void this.#ended(delivery, reason, 0);
    }
  }

  /** Looks after leases, time limits and pace until the consumer has stopped. */
  async #tick(): Promise<void> {
    const { clock, visibilityMs, handlerTimeoutMs } = this.#parts.settings;
    const every = Math.max(10, Math.min(500, visibilityMs / 10, handlerTimeoutMs / 10));
    for (;;) {
      this.#earlierTickAt = this.#lastTickAt;
      this.#lastTickAt = this.#now();
      this.#parts.keeper.sweep();
      this.#parts.pool.sweep();
      this.#parts.pool.limit = this.#parts.pace.tick(this.#parts.pool, this.#parts.keeper.margin(), every);
      this.#parts.pool.pump();
      this.#parts.polls.wake();
      try {
        await clock.sleep(every, this.#ticking.signal);
      } catch {
        return;
      }
    }
  }

  /** @param what of a frame that was begun the done entries would be repeated: its rest is finished, or sent again one by one */
  #giveBackWaiting(what: 'unbegun' | 'all'): number {
    let returned = 0;
    for (const delivery of this.#parts.pool.clear()) {
      const { lease } = delivery;
      if (lease.ending || lease.lost || delivery.settled) continue;
      if (lease.deliveries.some((other) => other.startedAt > 0)) {
        if (what === 'all') void this.#parts.settler.settle(delivery, new ConsumerStoppedError(), undefined);
        else this.#parts.pool.add(delivery);
        continue;
      }
      returned += lease.deliveries.length;
      this.#parts.settler.giveBack(lease);
      if (this.#parts.order)
        for (const behind of this.#parts.order.drop(delivery)) this.#parts.settler.giveBack(behind.lease);
    }
    return returned;
  }

  async #stop(deadlineMs: number): Promise<StopReport> {
    const [began, before] = [this.#now(), this.#handled];
    const { returned, left, brokenOffPolls } = await drain(this.#parts, deadlineMs, () =>
      this.#giveBackWaiting('unbegun'),
    );
    this.#ticking.abort();
    return { finished: this.#handled - before - left, returned, left, brokenOffPolls, tookMs: this.#now() - began };
  }
}
