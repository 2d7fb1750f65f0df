import { describe, expect, it } from 'vitest';
import { Permits } from './permits.ts';

const never = new AbortController().signal;
const LONG_MS = 60_000;

describe('permits', () => {
  it('let no more run at a time than there are, and all in their order', async () => {
    const permits = new Permits(3);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        permits.with(LONG_MS, never, async () => {
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

  it('come back when the work fails', async () => {
    const permits = new Permits(1);
    await expect(permits.with(LONG_MS, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await permits.with(LONG_MS, never, async () => 'next')).toBe('next');
  });

  it('are not given to one who stopped waiting, and go to the next instead', async () => {
    const permits = new Permits(1);
    const first = Promise.withResolvers<void>();
    const holding = permits.with(LONG_MS, never, () => first.promise);
    const gaveUp = new AbortController();
    const second = permits.with(LONG_MS, gaveUp.signal, async () => 'second');
    const third = permits.with(LONG_MS, never, async () => 'third');
    gaveUp.abort();
    expect(await second).toBeUndefined();
    first.resolve();
    await holding;
    expect(await third).toBe('third');
    expect(await permits.with(LONG_MS, gaveUp.signal, async () => 'late')).toBeUndefined();
  });

  it('are not waited for longer than was said', async () => {
    const permits = new Permits(1);
    const first = Promise.withResolvers<void>();
    const holding = permits.with(LONG_MS, never, () => first.promise);
    expect(await permits.with(1, never, async () => 'second')).toBeUndefined();
    first.resolve();
    await holding;
    expect(await permits.with(1, never, async () => 'third')).toBe('third');
  });
});
