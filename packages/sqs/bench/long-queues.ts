/** Messages in the order in which they came; taking the first costs the same however many there are. */
class Fifo {
  #items: unknown[];
  /** Those before it are taken. */
  #first = 0;

  constructor(items: readonly unknown[]) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: unknown): void {
    this.#items.push(item);
  }

  shift(): unknown {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.#items.slice(this.#first)[Symbol.iterator]();
  }
}

interface Queue {
  messages: unknown[] | Fifo;
  enqueue(message: unknown): void;
}

/**
 * fauxqs keeps what waits in an array and takes from its front, for which V8 moves all of an array that has more than about 16,000
 * entries: of a backlog, that would be what is measured. From now on the queues of this process do without. The class is none that its
 * package names.
 */
export async function keepLongQueues(): Promise<void> {
  const { SqsQueue } = await import(new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs')).href);
  const queues: Queue = SqsQueue.prototype;
  const { enqueue } = queues;
  queues.enqueue = function (this: Queue, message: unknown) {
    if (Array.isArray(this.messages)) this.messages = new Fifo(this.messages);
    enqueue.call(this, message);
  };
}
