import type { OutboxStore } from './outbox-store.ts';

/** The queues that have rows in the outbox, as far as is known: each has its part of the index, which is read by itself. */
export class QueueNames {
  readonly #store: Pick<OutboxStore, 'queueBetween'>;
  readonly #known = new Set<string>();
  #searched = false;

  constructor(store: Pick<OutboxStore, 'queueBetween'>) {
    this.#store = store;
  }

  add(name: string): void {
    this.#known.add(name);
  }

  async all(): Promise<readonly string[]> {
    if (!this.#searched) await this.search();
    return [...this.#known];
  }

  /** Finds queues to which others have stored. Looks between the known ones alone: deleted rows of those are not read. */
  async search(): Promise<void> {
    let after = '';
    for (const before of [...[...this.#known].sort(), undefined]) {
      for (;;) {
        const found = await this.#store.queueBetween(after, before);
        if (found === undefined) break;
        this.#known.add(found);
        after = found;
      }
      after = before ?? after;
    }
    this.#searched = true;
  }
}
