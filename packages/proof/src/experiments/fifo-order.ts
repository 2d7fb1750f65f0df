import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openElasticmq } from '@postern/local/testing';
import { bareEnvironment, until } from '@postern/runtime/testing';
import { createSqsClient, depthsOf, openQueues, SqsSender } from '@postern/sqs';
import type { Experiment } from '../experiment.ts';
import { planted } from '../plants/planted.ts';

const GROUPS = 12;
const FAILING = 0.02;
const CONSUMER = join(import.meta.dirname, '../parts/fifo-consumer.ts');
/** What a killed consumer held is visible again after 25 s, and its group waits for it. */
const DONE_MS = 240_000;

export const fifoOrder: Experiment = {
  name: 'fifo-order',
  what: `messages of ${GROUPS} groups on a FIFO queue; 2 % of the tries fail, and each of two consumers is killed, twice in the long form`,
  passesWhen: 'each message is done, and none before the one in front of it in its group',
  runs: { short: 240, long: 6_000 },
  minutes: 3,
  async run({ runs, isShort, random, plant, report }) {
    await using ends = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'postern-proof-'));
    ends.defer(() => rm(folder, { recursive: true, force: true }));
    const { TEST_SQS_ENDPOINT: _sqs, ...env } = process.env;
    const elasticmq = await openElasticmq(env);
    if (!elasticmq) throw new Error('A proof needs ElasticMQ, which was not found.');
    ends.defer(() => elasticmq.stop());
    const credentials = { accessKeyId: 'proof', secretAccessKey: 'proof' };
    const client = createSqsClient({ region: 'us-east-1', endpoint: elasticmq.url, credentials });
    ends.defer(() => client.destroy());
    const queues = await openQueues(client, { prefix: 'proof-', names: ['orders.fifo'], create: true });
    const done = join(folder, 'done');
    await writeFile(done, '');
    const seed = String(random.between(0, 2 ** 31));
    const start = async (): Promise<ChildProcess> => {
      const child = fork(CONSUMER, [elasticmq.url, done, seed, String(FAILING)], {
        env: { ...bareEnvironment(), ...planted(plant) },
        execArgv: [],
      });
      ends.defer(() => void child.kill('SIGKILL'));
      await once(child, 'message');
      return child;
    };
    const consumers = [await start(), await start()];
    const sender = new SqsSender(client, queues);
    ends.defer(() => sender.close());
    const effects = async () => (await readFile(done, 'utf8')).split('\n').slice(0, -1);

    const kills = isShort ? 1 : 4;
    let killed = 0;
    for (let n = 0; n * GROUPS < runs; n++) {
      await Promise.all(
        Array.from({ length: GROUPS }, (_, group) =>
          sender.send('orders.fifo', { id: `${group}-${n}`, type: 'order', body: '{}', groupId: `g${group}` }),
        ),
      );
      if (killed < kills && n * GROUPS >= ((killed + 1) * runs) / (kills + 1)) {
        const victim = killed++ % consumers.length;
        consumers[victim]?.kill('SIGKILL');
        consumers[victim] = await start();
        report(`kill ${killed} of ${kills}: ${(await effects()).length} of ${runs} done`);
        await pause(random.between(0, 500));
      }
    }
    const sent = Math.ceil(runs / GROUPS) * GROUPS;
    await until(async () => new Set(await effects()).size >= sent, DONE_MS, `${sent} effects`).catch(() => undefined);
    const all = await effects();
    const [depths] = await depthsOf(client, queues);
    const inversions = countInversions(all);
    const missing = sent - new Set(all).size;
    const violations = [];
    if (missing > 0) violations.push(`${missing} of ${sent} lost (${JSON.stringify(depths)})`);
    if (inversions > 0) violations.push(`${inversions} were done before what is in front of them`);
    return {
      figures: { sent, kills: killed, lost: missing, inversions, done_again: all.length - new Set(all).size },
      violations,
      missed: [],
    };
  },
};

/** First effects that came before the one in front of them, by ids of group and place. */
export function countInversions(effects: readonly string[]): number {
  const next = new Map<string, number>();
  let inversions = 0;
  for (const effect of new Set(effects)) {
    const [group = '', place] = effect.split('-');
    const expected = next.get(group) ?? 0;
    if (Number(place) > expected) inversions += 1;
    next.set(group, Math.max(expected, Number(place) + 1));
  }
  return inversions;
}
