import { backoffDelay, type Clock } from '@postern/runtime';

interface QueueHealthOptions {
  /** Failed sends in a row, with none that succeeded between, after which the queue is taken to be down. */
  downAfter: number;
  baseMs: number;
  ceilingMs: number;
}

interface State {
  failures: number;
  probes: number;
  closedUntil: number;
}

/**
 * Whether a queue takes messages at the moment. While it does not, rows stay where they are: no replica keeps messages
 * in memory, counts a failure against a row that has none of its own, or updates rows only to say "not yet".
 */
export class QueueHealth {
  readonly #clock: Clock;
  readonly #options: QueueHealthOptions;
  readonly #queues = new Map<string, State>();

  constructor(clock: Clock, options: QueueHealthOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** True when the queue was down until now. */
  succeeded(queue: string): boolean {
    const wasDown = this.isDown(queue);
    this.#queues.delete(queue);
    return wasDown;
  }

  /** `count` sends failed and none of them for what its message is. */
  failed(queue: string, count = 1): void {
    const { downAfter, baseMs, ceilingMs } = this.#options;
    const now = this.#clock.monotonic();
    const state = this.#queues.get(queue) ?? { failures: 0, probes: 0, closedUntil: 0 };
    this.#queues.set(queue, state);
    state.failures += count;
    // What was under way when the queue went down fails late; that is not a further probe.
    if (state.failures < downAfter || state.closedUntil > now) return;
    state.probes += 1;
    state.closedUntil = now + baseMs + backoffDelay(state.probes, { baseMs, ceilingMs });
  }

  /** True from the failure that made it `downAfter` in a row until a send succeeds. */
  isDown(queue: string): boolean {
    return (this.#queues.get(queue)?.failures ?? 0) >= this.#options.downAfter;
  }

  /** True while a queue that is down is not even to be probed. */
  isClosed(queue: string): boolean {
    return (this.#queues.get(queue)?.closedUntil ?? 0) > this.#clock.monotonic();
  }
}
