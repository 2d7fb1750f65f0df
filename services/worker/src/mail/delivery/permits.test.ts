import { describe, expect, it } from 'vitest';
import { Permits } from './permits.ts';

const never = new AbortController().signal;

describe('permits', () => {
  it('let no more run at a time than there are, and all in their order', async () => {
    const permits = new Permits(3);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        permits.with(never, async () => {
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
    await expect(permits.with(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await permits.with(never, async () => 'next')).toBe('next');
  });

  it('are not given to one who stopped waiting, and go to the next instead', async () => {
    const permits = new Permits(1);
    const first = Promise.withResolvers<void>();
    const holding = permits.with(never, () => first.promise);
    const gaveUp = new AbortController();
    const second = permits.with(gaveUp.signal, async () => 'second');
    const third = permits.with(never, async () => 'third');
    gaveUp.abort();
    expect(await second).toBeUndefined();
    first.resolve();
    await holding;
    expect(await third).toBe('third');
    expect(await permits.with(gaveUp.signal, async () => 'late')).toBeUndefined();
  });
});
