import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { compute } from './compute.ts';

interface Task {
  id: number;
  body: string;
  times: number;
}

interface Thread {
  worker: Worker;
  /** What waits for an answer, by the number of its task. */
  waiting: Map<number, (text: string) => void>;
}

/** Run as a thread, this file computes; what goes in and out is copied, as everything between threads is. */
if (!isMainThread) {
  parentPort?.on('message', ({ id, body, times }: Task) => {
    parentPort?.postMessage({ id, text: compute(body, times) });
  });
}

/** The least that a pool of threads is: a task goes to the thread that has fewest. */
export class ComputeThreads {
  readonly #threads: Thread[];
  #tasks = 0;

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => {
      const worker = new Worker(new URL(import.meta.url));
      const waiting: Thread['waiting'] = new Map();
      worker.on('message', ({ id, text }: { id: number; text: string }) => {
        waiting.get(id)?.(text);
        waiting.delete(id);
      });
      return { worker, waiting };
    });
  }

  compute(body: string, times: number): Promise<string> {
    const [first, ...others] = this.#threads;
    if (!first) throw new Error('there is no thread to compute');
    const { worker, waiting } = others.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a), first);
    const id = this.#tasks++;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ id, body, times } satisfies Task);
    });
  }
}
