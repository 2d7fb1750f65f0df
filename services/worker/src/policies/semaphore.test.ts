import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.ts';

const never = new AbortController().signal;
const LONG_MS = 60_000;

describe('a semaphore', () => {
  it('lets no more run at a time than there are, and all in their order', async () => {
    const semaphore = new Semaphore(3);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        semaphore.with(LONG_MS, never, async () => {
          order.push(index);
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('has a permit back when the work fails', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.with(LONG_MS, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await semaphore.with(LONG_MS, never, async () => 'next')).toBe('next');
  });

  it('gives none to one who stopped waiting, but to the next instead', async () => {
    const semaphore = new Semaphore(1);
    const first = Promise.withResolvers<void>();
    const holding = semaphore.with(LONG_MS, never, () => first.promise);
    const gaveUp = new AbortController();
    const second = semaphore.with(LONG_MS, gaveUp.signal, async () => 'second');
    const third = semaphore.with(LONG_MS, never, async () => 'third');
    gaveUp.abort();
    expect(await second).toBeUndefined();
    first.resolve();
    await holding;
    expect(await third).toBe('third');
    expect(await semaphore.with(LONG_MS, gaveUp.signal, async () => 'late')).toBeUndefined();
  });

  it('has nobody wait longer than they asked for', async () => {
    const semaphore = new Semaphore(1);
    const first = Promise.withResolvers<void>();
    const holding = semaphore.with(LONG_MS, never, () => first.promise);
    expect(await semaphore.with(1, never, async () => 'second')).toBeUndefined();
    first.resolve();
    await holding;
    expect(await semaphore.with(1, never, async () => 'third')).toBe('third');
  });

  it('has nobody wait from when it refuses that, and gives what is free', async () => {
    const semaphore = new Semaphore(1);
    const first = Promise.withResolvers<void>();
    const holding = semaphore.with(LONG_MS, never, () => first.promise);
    const second = semaphore.with(LONG_MS, never, async () => 'second');
    semaphore.refuseWaiting();
    expect(await second).toBeUndefined();
    expect(await semaphore.with(LONG_MS, never, async () => 'third')).toBeUndefined();
    first.resolve();
    await holding;
    expect(await semaphore.with(LONG_MS, never, async () => 'fourth')).toBe('fourth');
  });
});
