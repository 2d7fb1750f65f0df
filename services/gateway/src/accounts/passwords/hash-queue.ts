import { defineProblem, type RequestContext } from '../../http/route.ts';
import { Turns } from './turns.ts';

export const Overloaded = defineProblem({
  type: 'overloaded',
  status: 503,
  title: 'Too many requests at the moment',
  explanation:
    'Passwords are hashed at a bounded rate, and too many requests are waiting for it. Nothing was done: try again after the seconds in Retry-After.',
});

/** What a hash is taken to last until one has been timed, in milliseconds. */
const FIRST_GUESS_MS = 25;
/** Weight of the newest time in the moving average. */
const SMOOTHING = 0.1;

interface HashQueueOptions {
  /** Hashes under way at once; more than there are cores only makes each slower. */
  concurrency: number;
  /** Hashes that may wait; the next one is refused. */
  limit: number;
}

/** Whose hash it is. Without an address (a command) it has a lane of its own. */
export type HashClient = Partial<Pick<RequestContext, 'address' | 'signal'>>;

interface Waiter {
  start(): void;
  refuse(error: unknown): void;
}

/**
 * Bounds hash work: some under way, some waiting, the rest refused at once with 503 and how long the queue needs. Without a
 * bound a burst of sign-ups would hold every later sign-in for minutes (ASVS 5.0, 2.4.1 and 15.1.3: resource-demanding
 * work is limited).
 *
 * Clients take turns (`Turns`: IPv6 by /48, and in that by /64), so that a thousand hashes of one hold another back by one. In a full queue a newcomer
 * takes the last place of whoever holds most, unless those are their own.
 */
export class HashQueue {
  readonly #concurrency: number;
  readonly #limit: number;
  readonly #turns = new Turns<Waiter>();
  #running = 0;
  #averageMs = FIRST_GUESS_MS;

  constructor({ concurrency, limit }: HashQueueOptions) {
    this.#concurrency = concurrency;
    this.#limit = limit;
  }

  /** How many wait. */
  get length(): number {
    return this.#turns.length;
  }

  /**
   * Runs `work` when its turn comes. Work whose signal is aborted while it waits is never run.
   *
   * @throws ProblemError 503 `overloaded` with Retry-After when the queue is full; the signal's reason when aborted
   */
  async run<T>(work: () => Promise<T>, { address = '', signal }: HashClient = {}): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#concurrency) await this.#turn(address);
    else this.#running += 1;
    // From here on this call holds one of the places, and hands it on when it is done.
    try {
      signal?.throwIfAborted();
      const startedAt = performance.now();
      const result = await work();
      this.#averageMs += SMOOTHING * (performance.now() - startedAt - this.#averageMs);
      return result;
    } finally {
      this.#handOn();
    }
  }

  #turn(address: string): Promise<void> {
    if (this.#turns.length >= this.#limit) this.#makeRoom(address);
    return new Promise<void>((start, refuse) => this.#turns.add(address, { start, refuse }));
  }

  #handOn(): void {
    const waiter = this.#turns.next();
    if (waiter) waiter.start();
    else this.#running -= 1;
  }

  /** @throws ProblemError 503 when nobody has more places than the newcomer would have */
  #makeRoom(address: string): void {
    const loser = this.#turns.giveUp(address);
    if (!loser) throw this.#refusal();
    loser.refuse(this.#refusal());
  }

  #refusal() {
    const seconds = Math.ceil((this.#averageMs * (this.#turns.length + 1)) / this.#concurrency / 1000);
    return Overloaded.error({ headers: { 'retry-after': String(Math.max(1, seconds)) } });
  }
}
