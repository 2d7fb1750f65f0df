import { addressBlock } from '../../http/read-address.ts';
import { defineProblem, type RequestContext } from '../../http/route.ts';

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

export interface HashQueueOptions {
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
 * Clients take turns: each network address (IPv6 by /64) has a lane, and the lanes are served one after the other, so that a
 * thousand hashes of one client hold another back by one. In a full queue a newcomer takes the last place of the
 * longest lane, unless that is their own.
 */
export class HashQueue {
  readonly #concurrency: number;
  readonly #limit: number;
  /** By client; whose turn is next comes first. */
  readonly #lanes = new Map<string, Waiter[]>();
  #length = 0;
  #running = 0;
  #averageMs = FIRST_GUESS_MS;

  constructor({ concurrency, limit }: HashQueueOptions) {
    this.#concurrency = concurrency;
    this.#limit = limit;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * Runs `work` when its turn comes. Work whose signal is aborted while it waits is never run.
   *
   * @throws ProblemError 503 `overloaded` with Retry-After when the queue is full; the signal's reason when aborted
   */
  async run<T>(work: () => Promise<T>, { address = '', signal }: HashClient = {}): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#concurrency) await this.#turn(address === '' ? '' : addressBlock(address));
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

  #turn(client: string): Promise<void> {
    const lane = this.#lanes.get(client) ?? [];
    if (this.#length >= this.#limit) this.#makeRoom(lane);
    this.#lanes.set(client, lane);
    this.#length += 1;
    return new Promise<void>((start, refuse) => lane.push({ start, refuse }));
  }

  #handOn(): void {
    const [first] = this.#lanes;
    if (!first) {
      this.#running -= 1;
      return;
    }
    const [client, lane] = first;
    this.#lanes.delete(client);
    const waiter = lane.shift();
    if (lane.length > 0) this.#lanes.set(client, lane);
    this.#length -= 1;
    waiter?.start();
  }

  /** @throws ProblemError 503 when nobody has more places than the newcomer would have */
  #makeRoom(own: readonly Waiter[]): void {
    let longest: Waiter[] = [];
    for (const lane of this.#lanes.values()) if (lane.length > longest.length) longest = lane;
    if (longest.length <= own.length + 1) throw this.#refusal();
    this.#length -= 1;
    longest.pop()?.refuse(this.#refusal());
  }

  #refusal() {
    const seconds = Math.ceil((this.#averageMs * (this.#length + 1)) / this.#concurrency / 1000);
    return Overloaded.error({ headers: { 'retry-after': String(Math.max(1, seconds)) } });
  }
}
