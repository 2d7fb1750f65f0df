import { ScheduleOrders, Scheduler } from '@postern/durable';
import { type Database, type Logger, MemoryLogger, type Opened } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { workerSchedules } from '../src/commands/schedules.ts';
import { Console } from '../src/console/console.ts';
import { schedulesPages } from '../src/console/pages/schedules-pages.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { ConsoleClient } from './support/console-client.ts';

let test: TestDatabase;
let scheduler: Scheduler;
let runs: number;

beforeAll(async () => {
  test = await testDatabase('schedule_orders', migrations);
  runs = 0;
  const run = async () => void runs++;
  scheduler = new Scheduler(test.database, { logger: new MemoryLogger() });
  scheduler.add({ name: 'sweep', cron: '15 3 1 1 *', run }).start();
  await vi.waitFor(async () => expect(await new ScheduleOrders(test.database).list()).toHaveLength(1), 120_000);
});
afterAll(async () => {
  await scheduler.stop();
  await test.close();
});

const open: Opened<{ database: Database; logger: Logger }> = (work) =>
  work({ database: test.database, logger: new MemoryLogger() });
const schedule = (...args: string[]) => runCommands(workerSchedules(open), 'schedule', ...args);
const audit = async () =>
  (await new OperatorAudit(test.database).list({ limit: 3 })).map(
    ({ operator, action, target, result }) => `${operator} ${action} ${target} ${result}`,
  );

it('the command pauses, runs, lists and resumes a schedule, with an entry in the audit each', async () => {
  expect((await schedule('pause', 'sweep', '--reason', 'too slow', '--by', 'kim')).out).toContain(
    'paused on every replica',
  );
  expect((await schedule('pause', 'sweep', '--reason', 'same', '--by', 'lee')).out).toMatch(
    /paused already, by kim at .*: too slow/,
  );
  expect((await schedule('list')).out).toMatch(/sweep +15 3 1 1 \* UTC +- +paused +by kim since \S+: too slow/);
  expect((await schedule('run', 'sweep', '--by', 'kim')).out).toContain('A replica has begun it');
  await vi.waitFor(() => expect(runs).toBe(1), 120_000);
  expect((await schedule('resume', 'sweep', '--by', 'lee')).out).toMatch(
    /goes on at its next time\. It was paused by kim/,
  );
  expect(await audit()).toEqual([
    'lee schedule.resume sweep done',
    'kim schedule.run sweep done',
    'lee schedule.pause sweep done',
  ]);
});

it('the command reports what there is not, and what is not paused', async () => {
  for (const args of [
    ['run', 'sweeep'],
    ['pause', 'sweeep', '--reason', 'x'],
    ['resume', 'sweeep'],
  ]) {
    expect(await schedule(...args)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('no schedule sweeep'),
    });
  }
  expect(await schedule('resume', 'sweep')).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('is not paused'),
  });
  expect(await schedule('pause', 'sweep')).toMatchObject({ code: 2, complaints: expect.stringContaining('--reason') });
});

it('the console pauses, runs and resumes one; a page that is old ends no later pause', async () => {
  const orders = new ScheduleOrders(test.database);
  const console = new Console(test.database, new MemoryLogger(), ({ acts }) =>
    schedulesPages({ orders, acts, gateway: undefined }),
  );
  const listening = await console.listen({ host: '127.0.0.1', port: 0, publicUrl: undefined }, {} as never);
  const { out } = await runCommands(operatorsCommands(open), 'operators', 'add', 'kim', '--role', 'act', '--json');
  const kim = new ConsoleClient(listening.port);
  await kim.signIn('kim', (JSON.parse(out) as { secret: string }).secret);
  await kim.get('/schedules');
  await kim.post('/schedules/sweep/pause', { reason: 'repairs' });
  expect((await kim.get('/schedules')).text).toMatch(/paused<\/span><small>kim, .*: repairs/);
  const old = /name="paused" value="([^"]+)"/.exec((await kim.get('/schedules/sweep/resume')).text)?.[1] ?? '';
  expect((await kim.post('/schedules/sweep/resume', { paused: old })).status).toBe(200);
  await kim.post('/schedules/sweep/pause', { reason: 'again' });
  await kim.post('/schedules/sweep/resume', { paused: old });
  expect((await orders.find('sweep'))?.paused).toMatchObject({ by: 'kim', reason: 'again' });
  const before = runs;
  await kim.post('/schedules/sweep/run', {});
  await vi.waitFor(() => expect(runs).toBe(before + 1), 120_000);
  expect((await kim.get('/schedules/nonsense/run')).status).toBe(404);
  expect((await kim.post('/schedules/sweep/pause', { reason: ' ' })).status).toBe(400);
  await listening.close();
});
