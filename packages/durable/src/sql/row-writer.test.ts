import { FakeClock, MemoryLogger, RecurringWarnings } from '@postern/runtime';
import { expect, it } from 'vitest';
import { RowWriter } from './row-writer.ts';

type Options = Partial<ConstructorParameters<typeof RowWriter<number>>[0]>;

function writer(write: (rows: number[]) => Promise<void>, options: Options = {}) {
  const logger = new MemoryLogger();
  const warnings = new RecurringWarnings({ logger, clock: new FakeClock() });
  const says = { fails: 'rows cannot be written', works: 'rows are written again' };
  const rows = new RowWriter({ lingerMs: 0, write, says, warnings, ...options });
  return { rows, logger };
}

it('writes what comes at about the same time in one statement', async () => {
  const written: number[][] = [];
  const { rows } = writer(async (some) => void written.push(some));
  for (const row of [1, 2, 3]) void rows.add(row);
  await rows.flush();
  expect(written).toEqual([[1, 2, 3]]);
});

it('writes the last row of each key in a statement', async () => {
  const written: number[][] = [];
  const { rows } = writer(async (some) => void written.push(some), { keyOf: (row) => String(row % 10) });
  for (const row of [1, 2, 11, 3, 21]) void rows.add(row);
  await rows.flush();
  expect(written).toEqual([[21, 2, 3]]);
});

it('leaves out what cannot be written, says so once, and says when it works again', async () => {
  let broken = true;
  const { rows, logger } = writer(async () => {
    if (broken) throw new Error('no such table');
  });
  await rows.add(1);
  await rows.add(2);
  broken = false;
  await rows.add(3);
  expect(logger.lines.map(({ message }) => message)).toEqual(['rows cannot be written', 'rows are written again']);
});

it('keeps no more waiting than it may', async () => {
  const written: number[] = [];
  const { rows } = writer(async (some) => void written.push(...some), { most: 2 });
  for (const row of [1, 2, 3]) void rows.add(row);
  await rows.flush();
  expect(written).toEqual([1, 2]);
});
