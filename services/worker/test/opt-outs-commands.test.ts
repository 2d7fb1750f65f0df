import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { hashOf } from '../src/commands/hash-of.ts';
import { optOutsCommands } from '../src/commands/opt-outs-commands.ts';
import { OptOuts } from '../src/mail/delivery/suppression/opt-outs.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { TEST_SECRETS } from './support/mail-side.ts';

const ANN = 'ann@example.com';

let test: TestDatabase;
let optOuts: OptOuts;

beforeAll(async () => {
  test = await testDatabase('opt_outs_commands', migrations);
  optOuts = new OptOuts(test.database);
});
afterAll(() => test.close());

beforeEach(async () => {
  vi.stubEnv('RECIPIENT_KEY', TEST_SECRETS.RECIPIENT_KEY);
  for (const table of ['mail_opt_outs', 'operator_audit']) await test.database.sql(table).del();
  for (const mail of ['news', 'offers'])
    await optOuts.add(await hashOf(test.database, ANN), mail, new Date('2026-01-31T12:00:00Z'));
});

const open = (work: (parts: Pick<TestDatabase, 'database'>) => Promise<unknown>) => work(test) as Promise<never>;
const run = (...args: string[]) => runCommands(optOutsCommands(open), 'opt-outs', ...args);
const remove = (mail: string) => run('remove', ANN, '--mail', mail, '--reason', 'asked by phone', '--by', 'kim');

it('lists what an address has unsubscribed from, and nothing of another', async () => {
  expect((await run('list', ANN)).out).toBe('2026-01-31T12:00:00.000Z  news\n2026-01-31T12:00:00.000Z  offers');
  expect((await run('list', 'bob@example.com')).out).toContain('no mail');
});

it('takes back the one that is named, with who did it and why', async () => {
  expect((await remove('news')).out).toContain('it gets the mail again');
  expect(await optOuts.has(await hashOf(test.database, ANN), 'news')).toBe(false);
  expect(await optOuts.has(await hashOf(test.database, ANN), 'offers')).toBe(true);
  expect(await new OperatorAudit(test.database).list({ limit: 2 })).toMatchObject([
    { operator: 'kim', action: 'opt-outs.remove', result: 'done', detail: 'asked by phone' },
  ]);
});

it('says that there was none to take back', async () => {
  await remove('news');
  expect((await remove('news')).out).toContain('has not unsubscribed');
});

it('takes back one of a gateway whose clock is ahead, until the person wants no more of it after that', async () => {
  const hash = await hashOf(test.database, ANN);
  const ahead = new Date(test.database.clock.now().getTime() + 600_000);
  await optOuts.add(hash, 'news', ahead);
  expect((await remove('news')).out).toContain('it gets the mail again');
  await optOuts.add(hash, 'news', ahead);
  expect(await optOuts.has(hash, 'news')).toBe(false);
  await optOuts.add(hash, 'news', new Date(ahead.getTime() + 1));
  expect(await optOuts.has(hash, 'news')).toBe(true);
});
