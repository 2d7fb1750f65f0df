import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { DeadLetters } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Operations } from '../src/dead-letters/operations.ts';
import { QueueSurvey } from '../src/dead-letters/queue-survey.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { operating } from './support/operating.ts';
import { openWorkerParts, type WorkerParts, workerWriter } from './support/worker-process.ts';

let parts: WorkerParts;

beforeAll(async () => {
  parts = await openWorkerParts();
});
afterAll(() => parts?.close());

async function surveyOf(operations: Operations, queue: string): Promise<string> {
  return (await operations.beginSurvey({ queue, operator: 'kim', total: 1 })) as string;
}

it('copies of what was acted on that somebody else holds are waited for: the queue is gone through again', async () => {
  const { database } = parts.test;
  const letter = deadLetter({ body: workerWriter.write(pruneRows, { what: 'jobs' }).body });
  const { register, operations } = operating(parts);
  await register.died(letter);
  await database
    .sql('dead_letters')
    .where({ letter_id: letter.id })
    .update({ state: 'discarded', acted_at: new Date(database.clock.now().getTime() - 60_000) });
  let passes = 0;
  class Held extends DeadLetters {
    override async pass(_queue: string, decide: Parameters<DeadLetters['pass']>[1]): ReturnType<DeadLetters['pass']> {
      passes += 1;
      const shown = passes > 2 ? [letter] : [];
      return { looked: shown.length, isWhole: passes > 2, removed: (await decide(shown)).size };
    }
  }
  const id = await surveyOf(operations, 'jobs');
  const claimed = await operations.claim(id, Buffer.alloc(16, 1), new Date(Date.now() + 3_600_000));
  if (!claimed) throw new Error('it was not to be had');
  const letters = new Held(parts.sqs.client, parts.queues, { logger: new MemoryLogger() });
  const survey = new QueueSurvey({ database, operations, register }, letters, 1);
  await survey.run(claimed, async () => true, new AbortController().signal);
  expect(passes).toBe(3);
  expect(await register.hasCopies('jobs')).toBe(false);
});

it('a pass that waits for letters which others hold keeps back none through another queue', async () => {
  const held = Promise.withResolvers<void>();
  class HeldMails extends DeadLetters {
    override async pass(queue: string): ReturnType<DeadLetters['pass']> {
      if (queue === 'mail') await held.promise;
      return { looked: 0, isWhole: true, removed: 0 };
    }
  }
  const letters = new HeldMails(parts.sqs.client, parts.queues, { logger: new MemoryLogger() });
  const { operations, runner } = operating(parts, letters);
  const [mails, jobs] = [await surveyOf(operations, 'mail'), await surveyOf(operations, 'jobs')];
  await until(async () => {
    await runner.tick();
    return (await operations.find(jobs))?.state === 'done';
  });
  expect(await operations.find(mails)).toMatchObject({ state: 'running' });
  held.resolve();
  await until(async () => (await operations.find(mails))?.state === 'done');
});

it('of two passes through one queue the second begins after the first: each would hold letters that the other waits for', async () => {
  const first = Promise.withResolvers<void>();
  let passes = 0;
  class Slow extends DeadLetters {
    override async pass(): ReturnType<DeadLetters['pass']> {
      passes += 1;
      await first.promise;
      return { looked: 0, isWhole: true, removed: 0 };
    }
  }
  const letters = new Slow(parts.sqs.client, parts.queues, { logger: new MemoryLogger() });
  const { operations, runner } = operating(parts, letters);
  const act = {
    operator: 'kim',
    action: 'dead-letters.survey',
    target: 'mail',
    kind: 'survey' as const,
    queue: 'mail',
  };
  const begin = () => operations.begin(act, { filter: {}, words: 'the queue', total: 1 });
  const both = [await begin(), await begin()];
  await runner.tick();
  await until(async () => passes > 0);
  await runner.tick();
  expect(passes).toBe(1);
  first.resolve();
  await until(async () => {
    await runner.tick();
    const found = await Promise.all(both.map((id) => operations.find(id)));
    return found.every((operation) => operation?.state === 'done');
  });
  expect(passes).toBe(2);
});

it('a pass that two ask for at the same moment is begun once', async () => {
  const { operations } = operating(parts);
  const asked = { queue: 'jobs', operator: 'kim', total: 1 };
  const begun = await Promise.all(Array.from({ length: 4 }, () => operations.beginSurvey(asked)));
  expect(begun.filter((id) => id !== undefined)).toHaveLength(1);
});
