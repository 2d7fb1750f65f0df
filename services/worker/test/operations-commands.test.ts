import { newId } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { operationsCommands } from '../src/commands/operations-commands.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { Operations } from '../src/dead-letters/operations.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';

let test: TestDatabase;
let operations: Operations;

beforeAll(async () => {
  test = await testDatabase('operations_commands', migrations);
  operations = new Operations(test.database, new OperatorAudit(test.database));
});
afterAll(() => test.close());

beforeEach(async () => {
  for (const table of ['dead_letters', 'operations', 'operator_audit']) await test.database.sql(table).del();
  const now = test.database.clock.now();
  const letters = ['invalid-data', 'invalid-data', 'attempts-used-up'].map((reason) => ({
    ...{ queue: 'mail', id: newId(), type: 'mail.send', reason, error: 'Error: full', attempts: 3, body: '{}' },
    ...{ handler: undefined, firstAt: now, lastAt: now, sentAt: now, encoding: 'json', messages: 1 },
    ...{ traceparent: undefined, groupId: undefined, attributes: {} },
  }));
  await new LetterRegister(test.database).addMany(letters);
});

const run = (...args: string[]) =>
  runCommands(
    operationsCommands((work) => work({ database: test.database })),
    'operations',
    ...args,
  );
const began = async (...args: string[]) =>
  JSON.parse((await run(...args, '--json')).out) as { id: string; total: number };

it('letters that a filter finds are searched, and discarded as an operation that the audit has', async () => {
  const found = JSON.parse((await run('search', 'mail', '--reason', 'invalid-data', '--json')).out);
  expect(found).toMatchObject({ total: 2, groups: [{ letters: 2, reason: 'invalid-data' }], letters: [{}, {}] });
  const { id, total } = await began('discard', 'mail', '--reason', 'invalid-data', '--yes', '--by', 'kim');
  expect(total).toBe(2);
  expect(await operations.find(id)).toMatchObject({
    ...{ kind: 'discard', operator: 'kim', state: 'running', filter: { reason: 'invalid-data' } },
  });
  const audit = await new OperatorAudit(test.database).find(id);
  expect(audit).toMatchObject({ operator: 'kim', action: 'dead-letters.discard', target: 'mail', result: 'begun' });
  expect((await run('list')).out).toMatch(/discard +mail +running +0 of 2 +kim/);
});

it('one is followed until it is over; the exit code is whether all were sent back', async () => {
  const { id } = await began('retry', 'mail', '--all', '--by', 'kim');
  const following = run('show', id, '--watch');
  await operations.finish(id, 'done', 'all letters: 3 sent back');
  expect(await following).toMatchObject({ code: 0, out: expect.stringContaining('all letters: 3 sent back') });
  const other = await began('retry', 'mail', '--all', '--by', 'kim');
  await operations.stop(other.id, 'one died again; the others stay');
  expect(await run('show', other.id, '--watch')).toMatchObject({ code: 1, out: expect.stringContaining('died again') });
});

it('one that was stopped goes on, and one that is not over is cancelled, once', async () => {
  const { id } = await began('retry', 'mail', '--all', '--by', 'kim');
  expect(await run('go-on', id)).toMatchObject({ code: 1, complaints: expect.stringContaining('not wait') });
  await operations.stop(id, 'died again');
  expect(await run('go-on', id, '--by', 'lee')).toMatchObject({ code: 0 });
  expect(await operations.find(id)).toMatchObject({ state: 'running', note: 'gone on by lee' });
  expect(await run('cancel', id, '--by', 'lee')).toMatchObject({ code: 0 });
  expect(await run('cancel', id)).toMatchObject({ code: 1, complaints: expect.stringContaining('over already') });
  const audit = await new OperatorAudit(test.database).list({ limit: 4 });
  expect(audit.map(({ action, result }) => `${action} ${result}`)).toEqual([
    'operations.cancel refused',
    'operations.cancel done',
    'operations.go-on done',
    'operations.go-on refused',
  ]);
});

it('more letters than a row has room for begin nothing, and the audit has nothing that goes on for ever', async () => {
  const ids = Array.from({ length: 3_000 }, () => newId());
  expect(await run('retry', 'mail', ...ids, '--by', 'kim')).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('choose fewer at a time'),
  });
  expect(await operations.list({ limit: 9 })).toEqual([]);
  expect(await new OperatorAudit(test.database).list({ limit: 9 })).toEqual([]);
});

it.each<[string, RegExp, ...string[]]>([
  ['which letters', /which ones\?/, 'retry', 'mail'],
  ['that they are gone for good', /add --yes/, 'discard', 'mail', '--all'],
  ['a queue that there is', /expected one of/, 'search', 'post'],
  ['an id', /expected the id of an operation/, 'cancel', '7'],
  ['a group', /expected a group/, 'search', 'mail', '--group', 'x'],
])('a command without %s begins nothing', async (_what, complaint, ...args) => {
  expect(await run(...args)).toMatchObject({ code: 2, complaints: expect.stringMatching(complaint) });
  expect(await operations.list({ limit: 9 })).toEqual([]);
});
