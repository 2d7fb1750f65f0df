import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 5_000;
const USED = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? ([\d.e+]+)$/m;
/** Of its samples' time, so many windows, of each of which the least counts: what is left after a collection. */
const WINDOWS = 12;
/** What a process loads and compiles at first is not growth. */
const WARM_SHARE = 1 / 4;

export interface Sample {
  /** By any one clock, in milliseconds. */
  at: number;
  bytes: number;
}

/** Looks at how much of their heaps processes use, again and again, as they say it themselves. */
export class HeapWatch {
  readonly #samples: Sample[][];
  readonly #lines: Promise<void>[];
  readonly #ended = new AbortController();

  constructor(processes: readonly { opsUrl: string }[]) {
    this.#samples = processes.map(() => []);
    this.#lines = processes.map((each, n) => this.#look(each, this.#samples[n] as Sample[]));
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#lines);
  }

  /** How much each grew by in an hour, in bytes. */
  slopes(): number[] {
    return this.#samples.map(slopeOf);
  }

  async #look({ opsUrl }: { opsUrl: string }, samples: Sample[]): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      // A process that waits for its database may be slow to say something.
      const metrics = await fetch(`${opsUrl}/metrics`, { signal }).then(
        (answer) => answer.text(),
        () => '',
      );
      const bytes = Number(USED.exec(metrics)?.[1]);
      if (bytes > 0) samples.push({ at: performance.now(), bytes });
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** By how much a heap grows in an hour, in bytes: the line through the least of each window, after the first quarter of the time. 0 of too few. */
export function slopeOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < WINDOWS) return 0;
  const from = first.at + (last.at - first.at) * WARM_SHARE;
  const windowMs = (last.at - from) / WINDOWS;
  const windows = Map.groupBy(
    samples.filter(({ at }) => at >= from),
    ({ at }) => Math.min(WINDOWS - 1, Math.floor((at - from) / windowMs)),
  );
  const points = [...windows].map(([n, of]) => ({
    hours: (n * windowMs) / 3_600_000,
    bytes: Math.min(...of.map(({ bytes }) => bytes)),
  }));
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [hours, bytes] = [mean((point) => point.hours), mean((point) => point.bytes)];
  const spread = mean((point) => (point.hours - hours) ** 2);
  return spread === 0 ? 0 : mean((point) => (point.hours - hours) * (point.bytes - bytes)) / spread;
}
