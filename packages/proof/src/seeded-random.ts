/** The same numbers for the same seed, so that a run can be repeated (mulberry32: 32 bits of state, good enough to draw moments). */
export class SeededRandom {
  #state: number;

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer of at least `from` and at most `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** One of them. @throws RangeError when there is none */
  oneOf<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('there is nothing to choose from');
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  /**
   * A question that is answered yes once in each `many` times it is asked in a row, at a time that is drawn: a share of the
   * whole that a short run cannot miss altogether.
   */
  onceIn(many: number): () => boolean {
    let asked = 0;
    let chosen = 0;
    return () => {
      if (asked % many === 0) chosen = asked + this.between(0, many - 1);
      return asked++ === chosen;
    };
  }

  /** All of them in another order; what is given stays as it is. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const drawn = items.map((item) => ({ item, at: this.next() }));
    return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }
}
