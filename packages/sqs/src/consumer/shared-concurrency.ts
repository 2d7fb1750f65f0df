/** Where a consumer gets its slots from when it shares them. */
export interface SlotSource {
  /** Takes a slot if there is one for this share now. */
  tryAcquire(): boolean;
  release(): void;
  /** Called when a slot that this share waits for may be free. */
  onFree(wake: () => void): void;
}

interface Share {
  weight: number;
  /** Slots taken so far divided by weight: the share with the least is served next (stride scheduling). */
  pass: number;
  held: number;
  waiting: boolean;
  wake: () => void;
}

/**
 * One bound on concurrency for several consumers, shared by weight: priority queues. While every queue has messages
 * each gets slots in proportion to its weight; what one does not use the others do. None is starved
 * (Waldspurger and Weihl, "Stride Scheduling", 1995).
 */
export class SharedConcurrency {
  readonly #limit: number;
  readonly #shares: Share[] = [];
  #taken = 0;
  /** The pass of whoever was served last: where one that was idle begins, so that it cannot have saved up turns. */
  #served = 0;
  #offering = false;

  /** @param limit handlers that may run at a time, all consumers together */
  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A limit must be 1 or more, not ${limit}`);
    this.#limit = limit;
  }

  /** @param weight this consumer's part, relative to the other shares' */
  share(weight: number): SlotSource {
    if (!(weight > 0)) throw new RangeError(`A weight must be above 0, not ${weight}`);
    const share: Share = { weight, pass: this.#served, held: 0, waiting: false, wake: () => {} };
    this.#shares.push(share);
    return {
      tryAcquire: () => this.#tryAcquire(share),
      release: () => this.#release(share),
      onFree: (wake) => {
        share.wake = wake;
      },
    };
  }

  #tryAcquire(share: Share): boolean {
    if (!share.waiting && share.held === 0) share.pass = Math.max(share.pass, this.#served);
    if (this.#taken >= this.#limit || this.#next(share) !== share) {
      share.waiting = true;
      // A slot is free and it is another's turn, who may have nothing to run by now.
      if (this.#taken < this.#limit) this.#offerSoon();
      return false;
    }
    share.waiting = false;
    share.held += 1;
    this.#served = share.pass;
    share.pass += 1 / share.weight;
    this.#taken += 1;
    return true;
  }

  #release(share: Share): void {
    this.#taken -= 1;
    share.held -= 1;
    this.#offer();
  }

  /** After the asking consumer is done with its own line: it must not be called from within it. */
  #offerSoon(): void {
    if (this.#offering) return;
    this.#offering = true;
    queueMicrotask(() => {
      this.#offering = false;
      this.#offer();
    });
  }

  /** Wakes those that wait, in turn, until all slots are taken or nobody wants one. */
  #offer(): void {
    while (this.#taken < this.#limit) {
      const next = this.#next();
      if (!next) return;
      const before = next.held;
      next.waiting = false;
      next.wake();
      // It took none: if it still wants one it has said so, and somebody else's turn comes first.
      if (next.held === before && next.waiting) return;
    }
  }

  /** Whose turn it is among those that wait and the one that asks. */
  #next(asking?: Share): Share | undefined {
    let next: Share | undefined = asking;
    for (const share of this.#shares) {
      if (share.waiting && (!next || share.pass < next.pass)) next = share;
    }
    return next;
  }
}
