import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueAddress, QueueDirectory } from '../client/queue-directory.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { toSqsApi } from '../client/to-sqs-api.ts';
import { ConsumerStoppedError } from '../retry/outcomes.ts';
import { SendLane } from '../sender/send-lane.ts';
import { BacklogWatch } from './backlog-watch.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { type ConsumerOptions, type ConsumerSettings, checkSettings, toSettings } from './consumer-options.ts';
import type { Delivery } from './delivery.ts';
import { GroupOrder } from './group-order.ts';
import { HandlerPool } from './handler-pool.ts';
import { takeIn } from './intake.ts';
import type { Lease } from './lease.ts';
import { LeaseEnds } from './lease-ends.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Pace } from './pace.ts';
import { PollLoop } from './poll-loop.ts';
import { Settler } from './settler.ts';

/** What a stop left behind, to be logged. */
export interface StopReport {
  /** Messages whose handlers ended after the stop began. */
  finished: number;
  /** Messages given back before any handler began. */
  returned: number;
  /** Handlers that were still running at the deadline; their messages were given back. */
  left: number;
  /** Receives that were broken off at the deadline: what they were bringing stays hidden for the visibility. */
  brokenOffPolls: number;
  tookMs: number;
}

/** Of the deadline of a stop, kept for telling SQS. */
const FLUSH_SHARE = 0.1;
const MAX_PREFETCH_BYTES = 16 * 1024 * 1024;

/**
 * Consumes one queue. Handlers run up to the concurrency, receives go on meanwhile, leases are prolonged while a message waits
 * or runs, and every end of a handler is told to SQS in batches.
 */
export class QueueConsumer {
  readonly #settings: ConsumerSettings;
  readonly #address: QueueAddress;
  readonly #pool: HandlerPool;
  readonly #keeper: LeaseKeeper;
  readonly #ends: LeaseEnds;
  readonly #settler: Settler;
  readonly #polls: PollLoop;
  readonly #pace: Pace;
  readonly #order: GroupOrder | undefined;
  readonly #backlog: BacklogWatch | undefined;
  readonly #ticking = new AbortController();
  #lastTickAt = 0;
  #finished = 0;
  #stopping: Promise<StopReport> | undefined;

  constructor(client: SQSClient | SqsApi, queues: QueueDirectory, options: ConsumerOptions) {
    const settings = toSettings(options);
    const address = queues.get(settings.queue);
    const { clock, logger } = settings;
    const api = toSqsApi(client);
    const { url } = address;
    const now = () => clock.now().getTime();
    const metrics = new ConsumerMetrics(settings.queue, settings.metrics);
    const lane = { lingerMs: 5, retryForMs: settings.visibilityMs / 3, maxConcurrent: 4, frames: undefined, clock };
    const dead = { url: address.deadLetterUrl, fifo: address.fifo };
    this.#settings = settings;
    this.#address = address;
    this.#order = address.fifo ? new GroupOrder() : undefined;
    this.#pace = new Pace(settings, metrics);
    const rate = () => this.#pace.rate;
    this.#backlog = settings.metrics && new BacklogWatch({ api, url, clock, logger, metrics, rate });
    this.#ends = new LeaseEnds({
      api,
      url,
      clock,
      logger,
      metrics,
      ackLingerMs: address.fifo ? 0 : settings.ackLingerMs,
      ended: (lease) => this.#keeper.remove(lease),
    });
    this.#settler = new Settler({
      settings,
      address,
      ends: this.#ends,
      again: new SendLane(api, address, lane),
      dead: new SendLane(api, dead, lane),
      metrics,
    });
    this.#keeper = new LeaseKeeper({
      api,
      url,
      visibilityMs: settings.visibilityMs,
      now,
      logger,
      metrics,
      lost: (lease, reason) => this.#loseLease(lease, reason),
    });
    this.#pool = new HandlerPool(this.#pace.limit, {
      handler: settings.handler,
      timeoutMs: settings.handlerTimeoutMs,
      abortGraceMs: settings.abortGraceMs,
      slots: settings.slots,
      now,
      started: (delivery) => metrics.started(delivery.startedAt - delivery.sentAtMs),
      ended: (delivery, error, tookMs) => this.#ended(delivery, error, tookMs),
      room: () => this.#polls.wake(),
    });
    this.#polls = new PollLoop({
      api,
      url,
      clock,
      logger,
      metrics,
      visibilityMs: settings.visibilityMs,
      maxPollers: settings.maxPollers,
      waitSeconds: settings.pollWaitSeconds,
      room: () => this.#room(),
      take: (messages) => this.#take(messages),
    });
  }

  get queue(): string {
    return this.#settings.queue;
  }

  /** Handlers running, messages waiting for one, and how many handlers may run now. */
  get load(): { running: number; waiting: number; limit: number } {
    return { running: this.#pool.running, waiting: this.#pool.waiting, limit: this.#pool.limit };
  }

  /**
   * Refuses settings under which messages would be lost or repeated; `start()` does it too.
   *
   * @throws ConfigError listing every problem
   */
  checkSettings(): void {
    checkSettings(this.#settings, this.#address);
  }

  start(): void {
    if (this.#polls.state !== 'new') return;
    this.checkSettings();
    this.#lastTickAt = this.#now();
    this.#polls.start();
    void this.#tick();
    void this.#backlog?.run(this.#ticking.signal);
  }

  /** Begins no handler and no receive until `resume()`; what an open receive brings is given back. */
  pause(): void {
    this.#polls.pause();
    this.#pool.hold(true);
    this.#giveBackWaiting();
  }

  resume(): void {
    if (this.#stopping) return;
    this.#pool.hold(false);
    this.#polls.resume();
  }

  /**
   * Takes no new message, lets handlers end, and tells SQS everything. At the deadline what still runs is aborted and its
   * message given back. Every call returns the same promise.
   *
   * @param deadlineMs milliseconds until the end; default 25,000, below the 30 s that most schedulers give
   */
  stop({ deadlineMs = 25_000 }: { deadlineMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  /** What is wrong when the consumer no longer makes progress; undefined while it does. A failing SQS is no stall. */
  stalled(): string | undefined {
    const { visibilityMs, handlerTimeoutMs, abortGraceMs, pollWaitSeconds, queue } = this.#settings;
    if (this.#polls.state !== 'running') return undefined;
    const now = this.#now();
    const tickAge = now - this.#lastTickAt;
    if (tickAge > Math.max(10_000, visibilityMs))
      return `queue ${queue}: leases were last looked after ${tickAge} ms ago`;
    // A receive lasts at most its wait and 5 s; all handlers at capacity last at most their timeout.
    const limit = Math.max(pollWaitSeconds * 1_000 + 15_000, handlerTimeoutMs + abortGraceMs + 10_000);
    const age = now - this.#polls.progressAt;
    if (age > limit && this.#pool.waiting === 0) return `queue ${queue}: no receive has begun or ended for ${age} ms`;
    const { abandoned } = this.#pool;
    if (abandoned >= this.#pool.limit) {
      return `queue ${queue}: ${abandoned} handlers ran out of time, ignored their abort and still run`;
    }
    return undefined;
  }

  #now(): number {
    return this.#settings.clock.now().getTime();
  }

  #room(): { free: number; capacity: number } {
    const { waiting, running, waitingBytes, limit } = this.#pool;
    const capacity = limit + (waitingBytes < MAX_PREFETCH_BYTES ? this.#pace.prefetch : 0);
    return { free: capacity - running - waiting, capacity };
  }

  #take(messages: Message[]): number {
    const now = this.#now();
    const deadline = now + this.#settings.visibilityMs;
    const accepts = this.#polls.state === 'running';
    let count = 0;
    for (const raw of messages) {
      const intake = takeIn(this.#settings.queue, raw, now, deadline, this.#address.fifo);
      const { lease } = intake;
      this.#keeper.add(lease);
      if (!accepts) this.#settler.giveBack(lease);
      else if (intake.kind === 'broken') this.#settler.bury(lease, intake.reason, intake.message);
      else if (intake.kind === 'early') this.#settler.putOff(lease, intake.remainingMs);
      else {
        count += lease.deliveries.length;
        for (const delivery of lease.deliveries) {
          if (!this.#order || this.#order.admit(delivery)) this.#pool.add(delivery);
        }
      }
    }
    this.#pool.pump();
    return count;
  }

  #ended(delivery: Delivery, error: unknown, tookMs: number): void {
    this.#pace.ended(tookMs);
    if (this.#stopping) this.#finished += 1;
    const told = this.#settler.settle(delivery, error, tookMs);
    if (this.#order) void this.#moveGroup(this.#order, delivery, error, told);
  }

  /** In a FIFO queue the next of the group waits until SQS knows about this one; after a failure it goes back behind it. */
  async #moveGroup(order: GroupOrder, done: Delivery, error: unknown, told: Promise<void> | undefined): Promise<void> {
    await told;
    if (done.lease.lost || (error !== undefined && !done.gone)) {
      for (const behind of order.drop(done)) this.#settler.giveBack(behind.lease);
      return;
    }
    const next = order.next(done);
    if (!next) return;
    this.#pool.add(next);
    this.#pool.pump();
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
    const { clock, visibilityMs, handlerTimeoutMs } = this.#settings;
    const every = Math.max(10, Math.min(500, visibilityMs / 10, handlerTimeoutMs / 10));
    for (;;) {
      this.#lastTickAt = this.#now();
      this.#keeper.sweep();
      this.#pool.sweep();
      this.#pool.limit = this.#pace.tick(this.#pool, this.#keeper.margin(), every);
      this.#pool.pump();
      this.#polls.wake();
      try {
        await clock.sleep(every, this.#ticking.signal);
      } catch {
        return;
      }
    }
  }

  #giveBackWaiting(): number {
    let returned = 0;
    for (const delivery of this.#pool.clear()) {
      const { lease } = delivery;
      if (lease.ending || lease.lost) continue;
      // A frame that was begun is finished: its done entries would be repeated.
      if (lease.deliveries.some((other) => other.startedAt > 0)) {
        this.#pool.add(delivery);
        continue;
      }
      returned += lease.deliveries.length;
      this.#settler.giveBack(lease);
      if (this.#order) for (const behind of this.#order.drop(delivery)) this.#settler.giveBack(behind.lease);
    }
    return returned;
  }

  async #stop(deadlineMs: number): Promise<StopReport> {
    const began = this.#now();
    const { clock, abortGraceMs } = this.#settings;
    const polls = this.#polls.stop();
    let returned = this.#giveBackWaiting();
    this.#pool.hold(false);
    const drainMs = deadlineMs * (1 - FLUSH_SHARE);
    const graceMs = Math.min(abortGraceMs, drainMs / 4);
    const over = new AbortController();
    const drained = this.#drained(polls);
    const limit = clock.sleep(drainMs - graceMs, over.signal).catch(() => {});
    let brokenOffPolls = 0;
    let left = 0;
    if ((await Promise.race([drained.then(() => 'drained'), limit])) !== 'drained') {
      brokenOffPolls = this.#polls.end();
      returned += this.#pool.clear().length;
      this.#pool.abortAll(new ConsumerStoppedError());
      await Promise.race([drained, clock.sleep(graceMs)]);
      left = this.#pool.abandonAll();
    }
    over.abort();
    for (const lease of [...this.#keeper]) {
      if (!lease.ending && !lease.lost && lease.deliveries.some((delivery) => !delivery.settled))
        this.#settler.giveBack(lease);
    }
    await Promise.race([this.#settler.flush(), clock.sleep(Math.max(200, deadlineMs * FLUSH_SHARE))]);
    this.#ticking.abort();
    return { finished: this.#finished - left, returned, left, brokenOffPolls, tookMs: this.#now() - began };
  }

  /** Resolves when no receive is open and no handler runs or waits. */
  async #drained(polls: Promise<void>): Promise<void> {
    await polls;
    while (this.#pool.running > 0 || this.#pool.waiting > 0) {
      if (this.#ticking.signal.aborted) return;
      await this.#settings.clock.sleep(5);
    }
  }
}
