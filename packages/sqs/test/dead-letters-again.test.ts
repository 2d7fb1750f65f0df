import { MemoryLogger } from '@postern/runtime';
import { runCommands, until } from '@postern/runtime/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DeadLetters, deadLettersCommands, PermanentError } from '../src/index.ts';
import { message, Rig } from './rig.ts';

let rig: Rig;
let deadLetters: DeadLetters;

beforeAll(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.reset());
afterAll(() => rig.sqs.close());

/** So many dead letters, and a consumer that has every message dead again at once. */
async function die(count: number, handler: (id: string) => void = () => {}) {
  const logger = new MemoryLogger();
  const { consumer } = await rig.open({
    handler: async ({ id }) => {
      handler(id);
      throw new PermanentError('no-such-user');
    },
  });
  deadLetters = new DeadLetters(rig.sqs.client, rig.queues, { logger, waitSeconds: 0, probeSeconds: 120 });
  consumer.start();
  await Promise.all(Array.from({ length: count }, (_, n) => rig.sender.send('events', message(`${n}`))));
  await until(async () => (await deadLetters.counts())[0]?.letters === count && (await rig.empty()));
}

function run(...args: string[]) {
  const commands = deadLettersCommands({ open: (work) => work(deadLetters), queues: ['events'] });
  return runCommands(commands, 'dead-letters', ...args);
}

test('letters whose cause is not fixed are not sent round and round', async () => {
  const runs: string[] = [];
  await die(30, (id) => runs.push(id));
  const { code, out, complaints } = await run('retry', 'events', '--reason', 'no-such-user');
  expect({ code, out }).toEqual({ code: 1, out: '10 sent back to events' });
  expect(complaints).toMatch(/died again meanwhile and stay: their cause is not fixed\nthe others were not sent back/);
  expect(runs).toHaveLength(40);
  await until(async () => (await deadLetters.list('events')).length === 30);
});

test('a limit holds, and a dry run changes nothing', async () => {
  const runs: string[] = [];
  await die(15, (id) => runs.push(id));
  expect((await run('redrive', 'events', '--dry-run')).out).toBe('15 would be sent back to events');
  expect(await run('retry', 'events', '--type', 'thing.happened', '--limit', '3')).toMatchObject({
    out: '3 sent back to events',
    complaints: expect.stringContaining('ended at --limit 3'),
  });
  await until(() => runs.length === 18);
});
