/** Work that goes on by itself, for whoever waits until none is left. */
export class UnderWay {
  #count = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  get count(): number {
    return this.#count;
  }

  /** @throws what the work throws */
  async track(work: Promise<void>): Promise<void> {
    this.#count += 1;
    try {
      await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) {
        this.#idle?.resolve();
        this.#idle = undefined;
      }
    }
  }

  /** Resolves when there is none, however it ended. */
  async ended(): Promise<void> {
    if (this.#count === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }
}
