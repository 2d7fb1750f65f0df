import { expect, test } from 'vitest';
import { QueueNames } from './queue-names.ts';

/** A table with rows of these queues, and how often each was read. */
function tableWith(...names: string[]) {
  const reads: string[] = [];
  const queueBetween = async (after: string, before: string | undefined) => {
    const found = names.filter((name) => name > after && (before === undefined || name < before)).sort()[0];
    if (found !== undefined) reads.push(found);
    return found;
  };
  return { names, reads, table: { queueBetween } };
}

test('finds the queues before, between and behind those that are known, and does not read those again', async () => {
  const { reads, table } = tableWith('audit', 'events', 'mail', 'search');
  const queues = new QueueNames(table);
  queues.add('events');
  queues.add('none-yet');
  expect((await queues.all()).toSorted()).toEqual(['audit', 'events', 'mail', 'none-yet', 'search']);
  expect(reads).toEqual(['audit', 'mail', 'search']);
});

test('a queue that comes later is found by the next search', async () => {
  const { names, table } = tableWith('events');
  const queues = new QueueNames(table);
  await queues.all();
  names.push('mail');
  expect(await queues.all()).toEqual(['events']);
  await queues.search();
  expect(await queues.all()).toEqual(['events', 'mail']);
});
