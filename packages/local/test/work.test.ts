import { until } from '@postern/runtime/testing';
import { expect, test } from 'vitest';
import { Run, runStart, temporaryHome } from './run-start.ts';

const WAIT_MS = 120_000;

/** One more worker, once it runs. */
async function more(home: string, ...args: string[]): Promise<Run> {
  const work = new Run('postern', ['work', ...args], { POSTERN_HOME: home });
  await until(() => work.stdout.includes('One more worker runs'), WAIT_MS);
  return work;
}

test('one more worker runs beside that of the playground, with the queues that it is given, and ends alone or with it', async () => {
  using home = temporaryHome();
  await using playground = runStart(home.path);
  await playground.ready;
  await using work = await more(home.path, '--queue', 'jobs');
  await using status = new Run('postern', ['worker', 'status', '--json'], { POSTERN_HOME: home.path });
  expect(await status.exited).toBe(0);
  const { replicas } = JSON.parse(status.stdout) as { replicas: { queues: { queue: string }[] }[] };
  const queues = replicas.map((replica) => replica.queues.map(({ queue }) => queue).join());
  expect(queues.sort()).toEqual(['events,mail,jobs', 'jobs']);
  work.child.kill('SIGTERM');
  expect(await work.exited).toBe(0);
  expect(playground.child.exitCode).toBeNull();
  await using last = await more(home.path);
  playground.child.kill('SIGTERM');
  expect(await last.exited).toBe(0);
});

test('without a playground there is nothing to run beside, and a queue that there is not is named', async () => {
  using home = temporaryHome();
  await using alone = new Run('postern', ['work'], { POSTERN_HOME: home.path });
  expect(await alone.exited).toBe(1);
  expect(alone.stderr + alone.stdout).toContain(`No playground runs on ${home.path}`);
  await using wrong = new Run('postern', ['work', '--queue', 'reportz'], { POSTERN_HOME: home.path });
  expect(await wrong.exited).toBe(2);
  expect(wrong.stderr).toContain('--queue: expected names from events, mail, jobs');
});
