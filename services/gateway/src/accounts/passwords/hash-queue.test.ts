import { describe, expect, it } from 'vitest';
import type { ProblemError } from '../../http/route.ts';
import { HashQueue } from './hash-queue.ts';

/** Work that ends when it is told to. */
function manual() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (id: number) => async () => {
    begun.push(id);
    await new Promise<void>((end) => ends.push(end));
    return id;
  };
  return { begun, work, endNext: () => ends.shift()?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('HashQueue', () => {
  it('runs as much at once as it may, and the rest in the order it came', async () => {
    const queue = new HashQueue({ concurrency: 2, limit: 10 });
    const { begun, work, endNext } = manual();
    const results = [1, 2, 3, 4].map((id) => queue.run(work(id)));
    expect([begun, queue.length]).toEqual([[1, 2], 2]);
    endNext();
    await settled();
    expect([begun, queue.length]).toEqual([[1, 2, 3], 1]);
    endNext();
    await settled();
    endNext();
    endNext();
    await settled();
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
  });

  it('refuses what finds no room, and says when to try again', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 1 });
    const { work, endNext } = manual();
    const first = queue.run(work(1));
    const second = queue.run(work(2));
    const refused: ProblemError = await queue.run(work(3)).then(
      () => expect.unreachable(),
      (error: ProblemError) => error,
    );
    expect([refused.status, refused.type]).toEqual([503, 'overloaded']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    endNext();
    await first;
    endNext();
    await second;
  });

  it('does not run the work of whoever has gone meanwhile', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 10 });
    const { begun, work, endNext } = manual();
    const gone = new AbortController();
    const first = queue.run(work(1));
    const second = queue.run(work(2), gone.signal);
    const third = queue.run(work(3));
    gone.abort(new Error('gone'));
    endNext();
    await expect(second).rejects.toThrow('gone');
    await settled();
    endNext();
    await Promise.all([first, third]);
    expect(begun).toEqual([1, 3]);
  });

  it('goes on after work that failed', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 10 });
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(async () => 'fine');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('fine');
  });
});
