import { Metrics } from '@postern/runtime';
import { PermanentError, RetryLater } from '@postern/sqs';
import { expect, test } from 'vitest';
import { countRuns } from './count-runs.ts';

test('runs of a handler are counted by their end', async () => {
  const registry = new Metrics({ defaults: false });
  const count = countRuns(registry, 'send-mail');
  await count(async () => {});
  for (const error of [new Error('x'), new PermanentError('y'), new RetryLater()]) {
    await expect(count(() => Promise.reject(error))).rejects.toBe(error);
  }
  const text = await registry.expose();
  for (const outcome of ['done', 'failed', 'permanent', 'later']) {
    expect(text).toContain(`queue_handler_runs_total{handler="send-mail",outcome="${outcome}"} 1`);
  }
  expect(text).toContain('queue_handler_duration_seconds_count{handler="send-mail"} 4');
});
