import { HandlerTimeoutError } from '../retry/outcomes.ts';
import type { Delivery } from './delivery.ts';
import { soloOrder } from './suspects.ts';

interface HandlerPoolOptions {
  handler: (delivery: Delivery) => Promise<void>;
  timeoutMs: number;
  abortGraceMs: number;
  /** By the monotonic clock. */
  now: () => number;
  started: (delivery: Delivery) => void;
  /** Called once a delivery; `error` is undefined when the handler returned in time. */
  ended: (delivery: Delivery, error: unknown, tookMs: number) => void;
  /** Called when there is room for more. */
  room: () => void;
}

/** Handlers begun in one turn of the event loop: between turns heartbeats and receives get theirs. */
const STARTS_PER_TURN = 64;

/**
 * Runs handlers, so many at a time, from a line of deliveries that wait. What the process may have died of runs alone, while
 * nothing else does: should it kill again, no other message pays for it.
 */
export class HandlerPool {
  readonly #options: HandlerPoolOptions;
  readonly #running = new Set<Delivery>();
  #line: (Delivery | undefined)[] = [];
  #head = 0;
  #suspects: Delivery[] = [];
  #solo: Delivery | undefined;
  #waitingBytes = 0;
  #startsLeft = STARTS_PER_TURN;
  #turnAsked = false;
  /** Handlers that were given up, and since when. */
  readonly #abandoned = new Map<Delivery, number>();
  /** Handlers that may run at a time; lowering it lets those that run end. */
  limit: number;

  constructor(limit: number, options: HandlerPoolOptions) {
    this.limit = limit;
    this.#options = options;
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#line.length - this.#head + this.#suspects.length;
  }

  /** For how long the handlers that run have been running, on average, in milliseconds. */
  runningMs(): number {
    if (this.#running.size === 0) return 0;
    let began = 0;
    for (const delivery of this.#running) began += delivery.startedAt;
    return this.#options.now() - began / this.#running.size;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Handlers that ignored their abort, whose messages were given back without them so many milliseconds ago or more, and that still run. */
  abandonedFor(ms: number): number {
    const since = this.#options.now() - ms;
    return [...this.#abandoned.values()].filter((at) => at <= since).length;
  }

  add(delivery: Delivery): void {
    if (delivery.suspect && !delivery.usedUp) this.#suspects = soloOrder([...this.#suspects, delivery]);
    else this.#line.push(delivery);
    this.#waitingBytes += delivery.body.length;
  }

  /** Takes everything out of the line. */
  clear(): Delivery[] {
    const line = [...this.#line.slice(this.#head), ...this.#suspects];
    const left = line.filter((delivery) => delivery !== undefined && !delivery.settled);
    this.#suspects = [];
    this.#line = [];
    this.#head = 0;
    this.#waitingBytes = 0;
    return left as Delivery[];
  }

  /** Begins as many as may run. */
  pump(): void {
    // As many hang already as may run: beginning more would only pile them up until the process is restarted.
    if (this.#abandoned.size >= this.limit) return;
    if (this.#solo || this.#suspects.length > 0) {
      this.#pumpAlone();
      return;
    }
    while (this.#running.size < this.limit && this.#head < this.#line.length) {
      const next = this.#line[this.#head] as Delivery;
      if (!next.settled) {
        if (this.#startsLeft === 0) {
          this.#askTurn();
          return;
        }
        this.#startsLeft -= 1;
      }
      this.#line[this.#head] = undefined;
      this.#head += 1;
      this.#waitingBytes -= next.body.length;
      if (!next.settled) this.#start(next);
    }
    if (this.#head > 1_024 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
    if (this.#startsLeft < STARTS_PER_TURN && !this.#turnAsked) this.#askTurn();
  }

  #pumpAlone(): void {
    if (this.#solo || this.#running.size > 0) return;
    const next = this.#suspects.find((delivery) => !delivery.settled);
    for (const passed of this.#suspects.splice(0, next ? this.#suspects.indexOf(next) + 1 : this.#suspects.length)) {
      this.#waitingBytes -= passed.body.length;
    }
    if (!next) {
      this.pump();
      return;
    }
    this.#solo = next;
    this.#start(next);
  }

  /** Aborts what ran out of time, and gives up on what did not heed its abort. */
  sweep(): void {
    const now = this.#options.now();
    const { timeoutMs, abortGraceMs } = this.#options;
    for (const delivery of this.#running) {
      if (!delivery.abortReason && now - delivery.startedAt >= timeoutMs) {
        delivery.abort(new HandlerTimeoutError(timeoutMs), now);
      } else if (delivery.abortReason && now - delivery.abortedAt >= abortGraceMs) this.#abandon(delivery);
    }
  }

  /** Asks all that run to end. */
  abortAll(reason: Error): void {
    const now = this.#options.now();
    for (const delivery of this.#running) delivery.abort(reason, now);
  }

  /** Gives up on all that still run. */
  abandonAll(): number {
    const left = [...this.#running];
    for (const delivery of left) this.#abandon(delivery);
    return left.length;
  }

  #start(delivery: Delivery): void {
    this.#running.add(delivery);
    delivery.startedAt = this.#options.now();
    this.#options.started(delivery);
    let work: Promise<void>;
    try {
      work = this.#options.handler(delivery);
      // A handler written in JavaScript may return nothing.
      if (typeof work?.then !== 'function') work = Promise.resolve();
    } catch (error) {
      work = Promise.reject(error);
    }
    work.then(
      () => this.#end(delivery, undefined),
      (error: unknown) => this.#end(delivery, error ?? new Error('The handler rejected without an error')),
    );
  }

  #end(delivery: Delivery, error: unknown): void {
    if (!this.#running.delete(delivery)) {
      this.#abandoned.delete(delivery);
      return;
    }
    this.#free(delivery, delivery.abortReason ?? error);
  }

  #abandon(delivery: Delivery): void {
    this.#running.delete(delivery);
    this.#abandoned.set(delivery, this.#options.now());
    this.#free(delivery, delivery.abortReason);
  }

  #free(delivery: Delivery, error: unknown): void {
    if (this.#solo === delivery) this.#solo = undefined;
    this.#options.ended(delivery, error, this.#options.now() - delivery.startedAt);
    this.pump();
    this.#options.room();
  }

  #askTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    setImmediate(() => {
      this.#turnAsked = false;
      this.#startsLeft = STARTS_PER_TURN;
      this.pump();
    });
  }
}
