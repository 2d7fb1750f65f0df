import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 5_000;
/** The event loop of a process with nothing to do works less than this part of the time: probes and lone polls are below it. */
const IDLE_SHARE = 0.02;
/** A collection takes 50 ms: it comes at most once in this time, and for no less than so much. */
const APART_MS = 60_000;
const WORTH_BYTES = 8 * 1_048_576;

/** What is looked at, and what is done. */
export interface HeapOfProcess {
  /** What part of the time since the last look the event loop worked, 0 to 1. */
  busy(): number;
  heldBytes(): number;
  collect(): void;
}

/**
 * Gives memory back when nothing goes on. V8 collects when somebody allocates: what a start or a rush has filled stays with a process that
 * then waits, and its young generation, once grown, never shrinks.
 */
export class IdleMemory {
  readonly #heap: HeapOfProcess;
  /** What was held after the last collection, and when that was. */
  #last = { bytes: 0, at: Number.NEGATIVE_INFINITY };

  constructor(heap: HeapOfProcess) {
    this.#heap = heap;
  }

  /** @param now of a clock that never goes back, in milliseconds */
  look(now: number): void {
    const idle = this.#heap.busy() < IDLE_SHARE;
    if (!idle || now - this.#last.at < APART_MS || this.#heap.heldBytes() - this.#last.bytes < WORTH_BYTES) return;
    this.#heap.collect();
    this.#last = { bytes: this.#heap.heldBytes(), at: now };
  }
}

/** Looks at this process's heap every five seconds, for as long as it lives. */
export function returnIdleMemory(): void {
  const memory = new IdleMemory(heapOfThisProcess());
  setInterval(() => memory.look(performance.now()), LOOK_MS).unref();
}

function heapOfThisProcess(): HeapOfProcess {
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  let collect: ((how: object) => void) | undefined;
  return {
    busy: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    heldBytes: () => getHeapStatistics().total_physical_size,
    collect: () => {
      collect ??= exposedCollector();
      // The kind that gives back all it can: the others keep the young generation as it has grown.
      collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    },
  };
}

/** V8 hands out its collector to contexts that are made after the flag is set. */
function exposedCollector(): (how: object) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
