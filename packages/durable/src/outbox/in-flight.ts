interface Entry {
  queue: string;
  size: number;
  /** When its lease ends, by the clock that only goes forward. */
  until: number;
  done: Promise<boolean>;
}

/** What this replica is sending at the moment, by row id. */
export class InFlight {
  readonly #entries = new Map<number, Entry>();
  /** Characters of the bodies. */
  #size = 0;

  get count(): number {
    return this.#entries.size;
  }

  get size(): number {
    return this.#size;
  }

  get(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  add(id: number, entry: Entry): void {
    this.#entries.set(id, entry);
    this.#size += entry.size;
  }

  /** Removes a send that has ended; not a later one of the same row. */
  remove(id: number, done: Promise<boolean> | undefined): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.done !== done) return;
    this.#entries.delete(id);
    this.#size -= entry.size;
  }

  /** Removes what is leased no longer than to `time`, and returns the queue of each. */
  removeUntil(time: number): string[] {
    const over = [...this.#entries].filter(([, { until }]) => until <= time);
    for (const [id, { done }] of over) this.remove(id, done);
    return over.map(([, { queue }]) => queue);
  }

  /** Removes all, and returns their row ids. */
  clear(): number[] {
    const ids = [...this.#entries.keys()];
    this.#entries.clear();
    this.#size = 0;
    return ids;
  }

  /** Resolves when all that is under way now has ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ done }) => done));
  }
}
