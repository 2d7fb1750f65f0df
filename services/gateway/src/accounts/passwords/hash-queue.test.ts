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

  it('refuses what finds no room, and reports when to try again', async () => {
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
    const second = queue.run(work(2), { signal: gone.signal });
    const third = queue.run(work(3));
    gone.abort(new Error('gone'));
    endNext();
    await expect(second).rejects.toThrow('gone');
    await settled();
    endNext();
    await Promise.all([first, third]);
    expect(begun).toEqual([1, 3]);
  });

  it('serves clients in turns, so that many hashes of one hold another back by one', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 100 });
    const { begun, work, endNext } = manual();
    const crowd = [1, 2, 3, 4, 5].map((id) => queue.run(work(id), { address: '192.0.2.1' }));
    // Of one network, which is one client.
    const other = [11, 12].map((id) => queue.run(work(id), { address: `2001:db8::${id}` }));
    for (let ends = 0; ends < 7; ends++) {
      endNext();
      await settled();
    }
    await Promise.all([...crowd, ...other]);
    expect(begun).toEqual([1, 2, 11, 3, 12, 4, 5]);
  });

  it('gives a newcomer the last place of whoever holds most, and refuses who would hold as many', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 3 });
    const { begun, work, endNext } = manual();
    const crowd = [1, 2, 3, 4].map((id) => queue.run(work(id), { address: '192.0.2.1' }).catch(({ status }) => status));
    await expect(queue.run(work(5), { address: '192.0.2.1' })).rejects.toMatchObject({ status: 503 });
    const newcomer = queue.run(work(11), { address: '198.51.100.1' });
    expect(queue.length).toBe(3);
    for (let ends = 0; ends < 4; ends++) {
      endNext();
      await settled();
    }
    expect(await Promise.all([...crowd, newcomer])).toEqual([1, 2, 3, 503, 11]);
    expect(begun).toEqual([1, 2, 11, 3]);
    expect(queue.length).toBe(0);
  });

  it('serves sites of IPv6 in turns, so that whoever has 65,536 networks is one of them', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 6 });
    const { begun, work, endNext } = manual();
    const answer = ({ status }: ProblemError) => status;
    const crowd = [1, 2, 3, 4, 5, 6, 7].map((id) =>
      queue.run(work(id), { address: `2001:db8:1:${id}::1` }).catch(answer),
    );
    // Of another site, and of a neighbour in the crowded one, who gets no more than each of the others.
    const others = [queue.run(work(11), { address: '2001:db8:2::1' }), queue.run(work(12), { address: '192.0.2.1' })];
    await expect(queue.run(work(8), { address: '2001:db8:1:8::1' })).rejects.toMatchObject({ status: 503 });
    expect(queue.length).toBe(6);
    for (let ends = 0; ends < 7; ends++) {
      endNext();
      await settled();
    }
    expect(await Promise.all(others)).toEqual([11, 12]);
    expect((await Promise.all(crowd)).filter((one) => one === 503)).toHaveLength(2);
    expect(begun.slice(0, 4)).toEqual([1, 2, 11, 12]);
  });

  it('goes on after work that failed', async () => {
    const queue = new HashQueue({ concurrency: 1, limit: 10 });
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(async () => 'fine');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('fine');
  });
});
