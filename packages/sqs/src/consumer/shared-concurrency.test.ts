import { describe, expect, test } from 'vitest';
import { SharedConcurrency, type SlotSource } from './shared-concurrency.ts';

/** Consumers that always want a slot, and how many each got. */
class Greedy {
  taken = 0;
  held = 0;
  readonly #slots: SlotSource;

  constructor(slots: SlotSource) {
    this.#slots = slots;
    slots.onFree(() => this.take());
  }

  take(): void {
    while (this.#slots.tryAcquire()) {
      this.taken += 1;
      this.held += 1;
    }
  }

  end(): void {
    if (this.held === 0) return;
    this.held -= 1;
    this.#slots.release();
    this.take();
  }
}

describe('Shared concurrency', () => {
  test('divides slots by weight while all want them, and starves nobody', () => {
    const shared = new SharedConcurrency(10);
    const consumers = [6, 3, 1].map((weight) => new Greedy(shared.share(weight)));
    for (const consumer of consumers) consumer.take();
    // Whoever holds slots ends them in turn: 10,000 messages.
    for (let n = 0; n < 10_000; n++) consumers[n % 3]?.end();
    const all = consumers.reduce((sum, consumer) => sum + consumer.taken, 0);
    const parts = consumers.map((consumer) => consumer.taken / all);
    expect(parts[0]).toBeCloseTo(0.6, 1);
    expect(parts[1]).toBeCloseTo(0.3, 1);
    expect(parts[2]).toBeCloseTo(0.1, 1);
  });

  test('never gives out more than its limit', () => {
    const shared = new SharedConcurrency(5);
    const consumers = [1, 1].map((weight) => new Greedy(shared.share(weight)));
    for (const consumer of consumers) consumer.take();
    for (let n = 0; n < 100; n++) {
      consumers[n % 2]?.end();
      expect(consumers.reduce((sum, consumer) => sum + consumer.held, 0)).toBe(5);
    }
  });

  test('gives all slots to the only one that wants them, and a share to the other when it comes', () => {
    const shared = new SharedConcurrency(4);
    const first = new Greedy(shared.share(1));
    const second = new Greedy(shared.share(1));
    first.take();
    for (let n = 0; n < 100; n++) first.end();
    expect(first.held).toBe(4);
    second.take();
    for (let n = 0; n < 21; n++) (n % 2 === 0 ? first : second).end();
    expect(second.held).toBeGreaterThan(0);
    // It did not save up turns while it was idle.
    expect(first.held).toBeGreaterThan(0);
  });
});
