import type { Message } from '@aws-sdk/client-sqs';
import { backoffDelay, type Clock, errorMessage, type Logger, RecurringWarnings } from '@postern/runtime';
import { SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import { Sleepers } from './sleepers.ts';

/** How SQS hides from others what a receive has brought. */
export interface Hiding {
  /** When the receive was sent, by the monotonic clock: it hides nothing before. */
  askedAt: number;
  /** For how long, in milliseconds. */
  forMs: number;
}

interface PollLoopOptions {
  api: SqsApi;
  url: string;
  clock: Clock;
  logger: Logger;
  metrics: ConsumerMetrics;
  visibilityMs: number;
  maxPollers: number;
  waitSeconds: number;
  /** Room for messages now and in all: handlers and prefetch. */
  room: () => { free: number; capacity: number };
  /** Takes what was received; returns how many messages for handlers were in it. */
  take: (messages: Message[], hiding: Hiding) => number;
}

/** How long a receive waits that a stop does not break off, in seconds: while messages come, and of the pollers that a backlog adds. */
const BUSY_WAIT_SECONDS = 1;
/**
 * For how long SQS hides what an idle receive brings, in milliseconds. Who gets it prolongs the lease to the whole visibility at once;
 * what SQS hands to a receive that a stop has broken off is seen by others after this time.
 */
const IDLE_VISIBILITY_MS = 5_000;
/** Free slots wait for more of their kind, so that a receive brings ten; but not longer than this, in milliseconds. */
const ROOM_LINGER_MS = 250;
/** Waits after an empty answer that came before its time: what does not hold receives open would be asked thousands of times a second. */
const EARLY_WAIT = { baseMs: 50, ceilingMs: 1_000 };

/**
 * Receives as long as there is room: one poller always, more while batches come back full. A slow message holds back nobody:
 * the next receive does not wait for the last one's messages.
 */
export class PollLoop {
  readonly #options: PollLoopOptions;
  readonly #warnings: RecurringWarnings;
  readonly #hardStop = new AbortController();
  /** For receives of which nothing is expected: broken off as soon as a stop begins. */
  readonly #idleStop = new AbortController();
  readonly #pollers = new Set<Promise<void>>();
  readonly #sleepers: Sleepers;
  #state: 'new' | 'running' | 'paused' | 'stopped' = 'new';
  #startsPaused = false;
  #reserved = 0;
  #open = 0;
  /** Messages for handlers in one SQS message, recently: above 1 when frames come. */
  #density = 1;
  #failures = 0;
  /** Room that the main poller waits for, while it does. */
  #awaited: 'any' | 'enough' | undefined;
  /** A wait for enough room is being timed. */
  #timed = false;
  /** Empty answers in a row that came before half of their wait. */
  #early = 0;
  /** When a poller last did anything, by the monotonic clock. */
  #progressAt = 0;

  constructor(options: PollLoopOptions) {
    this.#options = options;
    this.#warnings = new RecurringWarnings(options);
    this.#sleepers = new Sleepers(options.clock);
  }

  get state(): 'new' | 'running' | 'paused' | 'stopped' {
    return this.#state;
  }

  get paused(): boolean {
    return this.#state === 'paused' || (this.#state === 'new' && this.#startsPaused);
  }

  get progressAt(): number {
    return this.#progressAt;
  }

  /** Whether all pollers wait because there is no room. */
  get full(): boolean {
    return this.#open === 0 && this.#options.room().free < 1;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = this.#startsPaused ? 'paused' : 'running';
    this.#progressAt = this.#options.clock.monotonic();
    this.#add(true);
  }

  pause(): void {
    if (this.#state === 'new') this.#startsPaused = true;
    if (this.#state === 'running') this.#state = 'paused';
  }

  resume(): void {
    this.#startsPaused = false;
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#sleepers.wake();
  }

  /** There may be room again. Asked after each handler: nobody is woken for less room than it waits for. */
  wake(): void {
    if (this.#sleepers.count === 0) return;
    if (this.#state === 'running' && this.#awaited) {
      const { free, capacity } = this.#options.room();
      if (free - this.#reserved < (this.#awaited === 'any' ? 1 : enoughOf(capacity))) return;
    }
    this.#sleepers.wake();
  }

  /** No further receive begins, and idle ones are broken off; resolves when the others have ended by themselves or `end()` ends them. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#idleStop.abort(new Error('The consumer stops'));
    this.#sleepers.wake();
    await Promise.all(this.#pollers);
  }

  /** Breaks off the open receives. What SQS was handing over just then stays hidden for its visibility. */
  end(): number {
    const open = this.#open;
    this.#hardStop.abort(new Error('The consumer stopped'));
    return open;
  }

  #add(main: boolean): void {
    const poller = this.#run(main).finally(() => this.#pollers.delete(poller));
    this.#pollers.add(poller);
  }

  async #run(main: boolean): Promise<void> {
    let idle = false;
    while (this.#state !== 'stopped') {
      const max = await this.#waitForRoom(main);
      if (max === 0) return;
      const received = await this.#receive(max, idle);
      // An empty answer to a receive that waited: nothing is expected any more. What ends as soon by itself needs no breaking off.
      idle = main && received === 0 && this.#options.waitSeconds > BUSY_WAIT_SECONDS;
      const more = received === max && this.#pollers.size < this.#options.maxPollers && this.#state === 'running';
      if (more) this.#add(false);
      if (!main && received < max) return;
    }
  }

  /** How many messages to ask for, once there is room for enough of them; 0 = this poller ends. */
  async #waitForRoom(main: boolean): Promise<number> {
    let lingerUntil = 0;
    while (this.#state !== 'stopped') {
      const { free, capacity } = this.#options.room();
      const now = this.#options.clock.monotonic();
      const room = free - this.#reserved;
      const some = this.#state === 'running' && room >= 1;
      if (some) {
        lingerUntil ||= now + ROOM_LINGER_MS;
        if (room >= enoughOf(capacity) || now >= lingerUntil) {
          return Math.max(1, Math.min(SQS_LIMITS.batchEntries, Math.floor(room / this.#density)));
        }
      }
      if (!main) return 0;
      this.#progressAt = now;
      this.#awaited = some ? 'enough' : 'any';
      if (some) this.#wakeIn(lingerUntil - now);
      await this.#sleepers.sleep();
      this.#awaited = undefined;
    }
    return 0;
  }

  /** One timer for all waits for room: where they end by themselves, one for each would be most of what they cost. */
  #wakeIn(ms: number): void {
    if (this.#timed) return;
    this.#timed = true;
    const { clock } = this.#options;
    void clock.sleep(Math.max(1, ms), this.#idleStop.signal).then(
      () => {
        this.#timed = false;
        this.#sleepers.wake();
      },
      () => {},
    );
  }

  #woken(afterMs: number | undefined): Promise<void> {
    return this.#sleepers.sleep(this.#state === 'paused' ? undefined : afterMs);
  }

  /** One receive; the number of SQS messages that came, or -1 when it failed. */
  async #receive(max: number, idle: boolean): Promise<number> {
    const { api, url, clock, take } = this.#options;
    const waitSeconds = idle ? this.#options.waitSeconds : BUSY_WAIT_SECONDS;
    const forMs = Math.min(this.#options.visibilityMs, idle ? IDLE_VISIBILITY_MS : Number.POSITIVE_INFINITY);
    const { signal } = idle ? this.#idleStop : this.#hardStop;
    const reserved = Math.ceil(max * this.#density);
    this.#reserved += reserved;
    this.#open += 1;
    const askedAt = clock.monotonic();
    this.#progressAt = askedAt;
    let messages: Message[];
    try {
      const visibilitySeconds = Math.ceil(forMs / 1_000);
      messages = await api.receive(url, { max, waitSeconds, visibilitySeconds, signal });
    } catch (error) {
      if (!signal.aborted) await this.#failed(error);
      return -1;
    } finally {
      this.#reserved -= reserved;
      this.#open -= 1;
      this.#progressAt = clock.monotonic();
    }
    if (this.#failures > 0) this.#warnings.recovered('receive', 'Receiving works again', {});
    this.#failures = 0;
    const early = messages.length === 0 && clock.monotonic() - askedAt < waitSeconds * 500;
    this.#early = early ? this.#early + 1 : 0;
    if (early && this.#state !== 'stopped') await this.#woken(backoffDelay(this.#early, EARLY_WAIT));
    if (messages.length > 0) {
      const density = take(messages, { askedAt, forMs }) / messages.length;
      this.#density = Math.max(1, this.#density * 0.7 + density * 0.3);
    }
    return messages.length;
  }

  async #failed(error: unknown): Promise<void> {
    const { metrics, clock } = this.#options;
    metrics.callFailed('receive');
    this.#failures += 1;
    this.#warnings.warn('receive', 'Receiving fails; it is tried until it works', { reason: errorMessage(error) });
    const wait = backoffDelay(this.#failures, { baseMs: 200, ceilingMs: 10_000 });
    await clock.sleep(wait, this.#idleStop.signal).catch(() => {});
  }
}

/** Room for so many is worth a receive: for ten, or a quarter of all there is. */
function enoughOf(capacity: number): number {
  return Math.max(1, Math.min(SQS_LIMITS.batchEntries, Math.floor(capacity / 4)));
}
