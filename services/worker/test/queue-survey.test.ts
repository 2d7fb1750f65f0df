import { MemoryLogger } from '@postern/runtime';
import { DeadLetters } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QueueSurvey } from '../src/dead-letters/queue-survey.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { operating } from './support/operating.ts';
import { openWorkerParts, type WorkerParts, workerWriter } from './support/worker-process.ts';

let parts: WorkerParts;

beforeAll(async () => {
  parts = await openWorkerParts();
});
afterAll(() => parts?.close());

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
  const act = {
    operator: 'kim',
    action: 'dead-letters.survey',
    target: 'jobs',
    kind: 'survey' as const,
    queue: 'jobs',
  };
  const id = await operations.begin(act, { filter: {}, words: 'the queue', total: 1 });
  const claimed = await operations.claim(id, Buffer.alloc(16, 1), new Date(Date.now() + 3_600_000));
  if (!claimed) throw new Error('it was not to be had');
  const letters = new Held(parts.sqs.client, parts.queues, { logger: new MemoryLogger() });
  const survey = new QueueSurvey({ database, operations, register }, letters, 1);
  await survey.run(claimed, async () => true, new AbortController().signal);
  expect(passes).toBe(3);
  expect(await register.hasCopies('jobs')).toBe(false);
});
