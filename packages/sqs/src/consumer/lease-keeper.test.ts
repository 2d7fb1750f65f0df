import { createLogger, FakeClock } from '@postern/runtime';
import { expect, test } from 'vitest';
import type { LeaseLostError } from '../retry/outcomes.ts';
import { MemorySqs } from '../testing/memory-sqs.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { Lease } from './lease.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const VISIBILITY_MS = 10_000;

/** Answers prolongations when the test does. */
class SlowSqs extends MemorySqs {
  readonly answer = Promise.withResolvers<[]>();
  override changeVisibilityBatch(): Promise<[]> {
    return this.answer.promise;
  }
}

/** One lease, which SQS is asked to prolong when half of its time is gone. */
async function halfGone() {
  const clock = new FakeClock();
  const sqs = new SlowSqs({ names: ['work'], clock });
  const lost: string[] = [];
  const keeper = new LeaseKeeper({
    ...{ api: sqs, url: sqs.queues.get('work').url, visibilityMs: VISIBILITY_MS, clock, now: () => clock.monotonic() },
    logger: createLogger({ service: 'test', version: 'test', level: 'error' }),
    metrics: new ConsumerMetrics('work', undefined),
    lost: (_lease: Lease, { message }: LeaseLostError) => void lost.push(message),
  });
  const deadline = clock.monotonic() + VISIBILITY_MS;
  const lease = new Lease({}, { deadline, termMs: VISIBILITY_MS, now: clock.now().getTime(), isFrame: false });
  keeper.add(lease);
  await clock.advance(VISIBILITY_MS / 2);
  keeper.sweep();
  await clock.advance(VISIBILITY_MS / 2 + 1);
  keeper.sweep();
  const answered = async () => {
    await lease.extending;
    keeper.sweep();
  };
  return { clock, sqs, lease, lost, answered };
}

test('A lease that SQS was asked to prolong in time is not given up before the answer is known', async () => {
  const { clock, sqs, lease, lost, answered } = await halfGone();
  expect(lost).toEqual([]);
  sqs.answer.resolve([]);
  await answered();
  expect(lost).toEqual([]);
  expect(lease.deadline).toBeGreaterThan(clock.monotonic());
});

test('A lease whose prolongation failed is given up once its time is over', async () => {
  const { sqs, lost, answered } = await halfGone();
  sqs.answer.reject(new Error('no answer'));
  await answered();
  expect(lost).toEqual([expect.stringContaining('its time ran out before it was prolonged')]);
});
