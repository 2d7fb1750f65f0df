import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Coalescer } from './coalescer.ts';

function recording(max: number, lingerMs = 0) {
  const runs: number[][] = [];
  const coalescer = new Coalescer<number, number>({
    max,
    lingerMs,
    run: async (items) => {
      runs.push(items);
      await new Promise((resolve) => setImmediate(resolve));
      return items.map((item) => item * 2);
    },
  });
  return { coalescer, runs };
}

test('callers of one turn share a run, and each gets its own answer', async () => {
  const { coalescer, runs } = recording(10);
  expect(await Promise.all([1, 2, 3].map((n) => coalescer.add(n)))).toEqual([2, 4, 6]);
  expect(runs).toEqual([[1, 2, 3]]);
});

test('what comes while a run is under way shares the next one', async () => {
  const { coalescer, runs } = recording(100);
  const first = coalescer.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = [2, 3, 4].map((n) => coalescer.add(n));
  await Promise.all([first, ...rest]);
  expect(runs).toEqual([[1], [2, 3, 4]]);
});

test('a full run does not linger, and flush waits for nothing but the runs', async () => {
  const hour = 3_600_000;
  const { coalescer, runs } = recording(2, hour);
  expect(await Promise.all([coalescer.add(1), coalescer.add(2)])).toEqual([2, 4]);
  const third = coalescer.add(3);
  await coalescer.flush();
  expect(await third).toBe(6);
  expect(runs).toEqual([[1, 2], [3]]);
});

test('flush waits for what was there when it was asked, however much comes meanwhile', async () => {
  let coming = true;
  const coalescer: Coalescer<string, string> = new Coalescer({
    max: 2,
    lingerMs: 3_600_000,
    run: async (items) => {
      if (coming) void coalescer.add('later');
      await new Promise((resolve) => setImmediate(resolve));
      return items;
    },
  });
  const asked = ['one', 'two', 'three'].map((item) => coalescer.add(item));
  await coalescer.flush();
  expect(await Promise.all(asked)).toEqual(['one', 'two', 'three']);
  coming = false;
});

test('a run that fails fails its callers, and the next one goes on', async () => {
  let fails = true;
  const coalescer = new Coalescer<number, number>({
    max: 10,
    lingerMs: 0,
    run: async (items) => {
      if (fails) throw new Error('connection lost');
      return items;
    },
  });
  await expect(Promise.all([coalescer.add(1), coalescer.add(2)])).rejects.toThrow('connection lost');
  fails = false;
  expect(await coalescer.add(3)).toBe(3);
});

test('a value that is refused fails its own caller alone, and in its turn', async () => {
  const runs: number[][] = [];
  const tooLong = Object.assign(new Error('too long'), { code: 'ER_DATA_TOO_LONG', sqlState: '22001' });
  const coalescer = new Coalescer<number, number>({
    max: 10,
    lingerMs: 0,
    run: async (items) => {
      runs.push(items);
      if (items.includes(2)) throw tooLong;
      return items;
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((n) => coalescer.add(n)));
  expect(results).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: tooLong },
    { status: 'fulfilled', value: 3 },
  ]);
  expect(runs).toEqual([[1, 2, 3], [1], [2], [3]]);
});

test('an error that no value is to blame for is not repeated for each', async () => {
  let runs = 0;
  const coalescer = new Coalescer<number, number>({
    max: 10,
    lingerMs: 0,
    run: async () => {
      runs += 1;
      throw Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST' });
    },
  });
  await Promise.allSettled([1, 2, 3].map((n) => coalescer.add(n)));
  expect(runs).toBe(1);
});

test('a run that answers for too few is an error of all its callers', async () => {
  const coalescer = new Coalescer<number, number>({ max: 10, lingerMs: 0, run: async () => [] });
  await expect(coalescer.add(1)).rejects.toThrow('a run over 1 items answered for 0');
});

test('whatever the sizes and pauses, each item is run once, in order, within the bound', async () => {
  const bursts = fc.array(fc.nat({ max: 7 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(bursts, fc.integer({ min: 1, max: 5 }), async (sizes, max) => {
      const { coalescer, runs } = recording(max);
      const results: Promise<number>[] = [];
      let n = 0;
      for (const size of sizes) {
        for (let i = 0; i < size; i++) results.push(coalescer.add(n++));
        if (size % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await Promise.all(results)).toEqual(results.map((_, index) => index * 2));
      expect(runs.flat()).toEqual(results.map((_, index) => index));
      expect(runs.every((run) => run.length >= 1 && run.length <= max)).toBe(true);
      expect(coalescer.size).toBe(0);
    }),
  );
});

test('a run that does not end within its limits is a stall, and one that takes long is not', async () => {
  let now = 0;
  const gate = Promise.withResolvers<readonly number[]>();
  const coalescer = new Coalescer<number, number>({ max: 1, lingerMs: 0, run: () => gate.promise, now: () => now });
  const added = coalescer.add(1);
  now = 299_000;
  expect(coalescer.stalled()).toBeUndefined();
  now = 301_000;
  expect(coalescer.stalled()).toBe('a batch has been under way for 301 s');
  gate.resolve([1]);
  await added;
  await coalescer.flush();
  expect(coalescer.stalled()).toBeUndefined();
});
