import { runCommands } from '@postern/runtime/testing';
import { expect, test } from 'vitest';
import type { DeadRows } from './dead-rows.ts';
import { outboxCommands } from './outbox-commands.ts';

/** As many of the rows that are named as are there. */
function run(there: number, ...args: string[]) {
  const rows = { retry: async () => there, remove: async () => there } as Pick<DeadRows, 'retry' | 'remove'>;
  return runCommands(
    outboxCommands((work) => work(rows as DeadRows)),
    'outbox',
    ...args,
  );
}

test('rows that were named and are not there, or not dead, are a failure; of all there may be none', async () => {
  expect(await run(1, 'retry', '17', '18')).toMatchObject({ code: 1, out: '1 will be tried again' });
  expect(await run(0, 'remove', '17', '--yes')).toMatchObject({ code: 1, out: '0 removed' });
  expect(await run(2, 'retry', '17', '18')).toMatchObject({ code: 0 });
  expect(await run(1, 'remove', '17', '17', '--yes')).toMatchObject({ code: 0 });
  expect(await run(0, 'retry', 'all')).toMatchObject({ code: 0, out: '0 will be tried again' });
});
