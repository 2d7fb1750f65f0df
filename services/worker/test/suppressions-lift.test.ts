import { MemoryLogger } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { suppressionsCommands } from '../src/commands/suppressions-commands.ts';
import { Console } from '../src/console/console.ts';
import { suppressionsPages } from '../src/console/pages/suppressions-pages.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { Suppressions } from '../src/mail/delivery/suppression/suppressions.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { ConsoleClient } from './support/console-client.ts';

const MANY = 450;
const OUTAGE = new Date('2026-01-31T12:00:00Z');
const hasher = new RecipientHasher(Buffer.alloc(32, 7));
const hashOf = (n: number) => hasher.hash(`a${n}@example.com`);

let test: TestDatabase;
let list: Suppressions;

beforeAll(async () => {
  test = await testDatabase('suppressions_lift', migrations);
  list = new Suppressions(test.database, test.database.clock);
});
afterAll(() => test.close());

beforeEach(async () => {
  for (const table of ['suppressions', 'suppression_audit', 'operator_audit']) await test.database.sql(table).del();
  const row = { reason: '550 5.1.1 unknown', ends_at: null, address: null };
  const rejected = Array.from({ length: MANY }, (_, n) => ({
    ...row,
    recipient_hash: hashOf(n),
    cause: 'rejected',
    created_at: OUTAGE,
  }));
  const others = [
    { ...row, recipient_hash: hashOf(9_001), cause: 'rejected', created_at: new Date('2026-01-30T12:00:00Z') },
    { ...row, recipient_hash: hashOf(9_002), cause: 'complained', created_at: OUTAGE },
  ];
  await test.database.sql.batchInsert('suppressions', [...rejected, ...others], 100);
});

const open = (work: (parts: Pick<TestDatabase, 'database'>) => Promise<unknown>) => work(test) as Promise<never>;
const run = (...args: string[]) => runCommands(suppressionsCommands(open), 'suppressions', ...args);
const AFTERNOON = ['--cause', 'rejected', '--since', '2026-01-31', '--before', '2026-02-01'];

it('those of a cause and a time are lifted together, each with its history; all others stay', async () => {
  expect((await run('lift', ...AFTERNOON, '--dry-run')).out).toContain(`${MANY} addresses suppressed for rejected`);
  expect(await list.count({})).toBe(MANY + 2);
  const { code, out, complaints } = await run('lift', ...AFTERNOON, '--reason', 'their outage', '--by', 'kim');
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`${MANY} addresses`) });
  expect(complaints).toContain(`200 of ${MANY}`);
  expect((await list.list(10)).map(({ cause }) => cause)).toEqual(['complained', 'rejected']);
  expect(await list.audit(hashOf(0))).toMatchObject([{ action: 'removed', actor: 'kim', reason: 'their outage' }]);
  const [entry] = await new OperatorAudit(test.database).list({ limit: 1 });
  expect(entry).toMatchObject({ operator: 'kim', action: 'suppressions.lift-many', result: 'done' });
  expect(entry?.detail).toBe(`their outage: ${MANY} lifted`);
});

it('who complained before stays on the list for that, with the address, unless the complaint was chosen', async () => {
  const ann = { hash: hashOf(9_003), address: 'a9003@example.com' };
  const since = test.database.clock.now().toISOString();
  await list.add(ann, 'complained', { actor: 'provider', reason: 'abuse' });
  await list.add(ann, 'bounced', { actor: 'provider', reason: '550 gone' });
  const { out } = await run('lift', '--cause', 'bounced', '--reason', 'their outage', '--by', 'kim');
  expect(out).toContain('0 addresses');
  const [entry] = await list.list(1, { recipientHash: ann.hash });
  expect(entry).toMatchObject({ cause: 'complained', reason: 'abuse', address: ann.address });
  const actions = (await list.audit(ann.hash)).map(({ action, actor }) => `${action} by ${actor}`);
  expect(actions.slice(2)).toEqual(['kept: complained by kim']);
  await run('lift', '--since', since, '--reason', 'all of today', '--by', 'kim');
  expect(await list.has(ann.hash)).toBe(false);
});

it('a complaint that stays is as old as it was, however often its address bounces and is lifted', async () => {
  const recipientHash = hashOf(9_003);
  await list.add({ hash: recipientHash }, 'complained', { actor: 'provider', reason: 'abuse' });
  const [complaint] = await list.list(1, { recipientHash });
  for (const outage of ['their outage', 'another one']) {
    await list.add({ hash: recipientHash }, 'bounced', { actor: 'provider', reason: '550 gone' });
    await run('lift', '--cause', 'bounced', '--reason', outage, '--by', 'kim');
  }
  expect(await list.list(1, { recipientHash })).toEqual([complaint]);
});

it('a complaint that was lifted stays so, whatever the clock of the host says that lifted it', async () => {
  const hash = hashOf(9_003);
  await list.add({ hash }, 'complained', { actor: 'provider', reason: 'abuse' });
  await list.remove(hash, { actor: 'kim', reason: 'asked for it' });
  // An id begins with the time of its host, which was behind.
  const removal = { recipient_hash: hash, action: 'removed' };
  await test.database
    .sql('suppression_audit')
    .where(removal)
    .update({ id: Buffer.alloc(16) });
  await list.add({ hash }, 'bounced', { actor: 'provider', reason: '550 gone' });
  await run('lift', '--cause', 'bounced', '--reason', 'their outage', '--by', 'kim');
  expect(await list.has(hash)).toBe(false);
});

it('the command lifts nothing without a choice or a reason', async () => {
  expect(await run('lift', '--reason', 'x')).toMatchObject({
    code: 2,
    complaints: expect.stringContaining('which ones?'),
  });
  expect(await run('lift', ...AFTERNOON)).toMatchObject({ code: 2, complaints: expect.stringContaining('--reason') });
  expect(await run('lift', '--cause', 'any', '--reason', 'x')).toMatchObject({ code: 2 });
  expect(await list.count({})).toBe(MANY + 2);
});

it('the console lifts what a list is narrowed to, and not the whole list', async () => {
  const console = new Console(test.database, new MemoryLogger(), ({ acts }) =>
    suppressionsPages({ suppressions: list, hasher, acts }),
  );
  const listening = await console.listen({ host: '127.0.0.1', port: 0, publicUrl: undefined }, {} as never);
  const { out } = await runCommands(operatorsCommands(open), 'operators', 'add', 'kim', '--role', 'act', '--json');
  const kim = new ConsoleClient(listening.port);
  await kim.signIn('kim', (JSON.parse(out) as { secret: string }).secret);
  expect((await kim.get('/suppressions')).text).not.toContain('Lift all that fit');
  const filter = 'cause=rejected&since=2026-01-31T00:00';
  expect((await kim.get(`/suppressions?${filter}`)).text).toContain('Lift all that fit');
  const question = (await kim.get(`/suppressions/lift?${filter}`)).text;
  expect(question).toContain(`Lift ${MANY} suppressions?`);
  const before = /name="before" value="([^"]+)"/.exec(question)?.[1] ?? '';
  // While the page asks, somebody else comes onto the list.
  await list.add({ hash: hashOf(9_004) }, 'rejected', { actor: 'worker', reason: '550 5.1.1 unknown' });
  const fields = { cause: 'rejected', since: '2026-01-31T00:00', before };
  expect((await kim.post('/suppressions/lift', { ...fields, reason: ' ' })).status).toBe(400);
  expect((await kim.post('/suppressions/lift', { reason: 'all' })).status).toBe(400);
  await kim.post('/suppressions/lift', { ...fields, reason: 'their outage' });
  await vi.waitFor(async () => expect(await list.count({})).toBe(3), 120_000);
  expect(await list.has(hashOf(9_004))).toBe(true);
  await listening.close();
});
