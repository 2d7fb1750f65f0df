import type { JobRunner } from '@postern/durable';
import { FakeClock, MemoryLogger } from '@postern/runtime';
import { type ReceivedMessage, RetryLater } from '@postern/sqs';
import { describe, expect, it } from 'vitest';
import { queueHandlers } from './consumers.ts';
import type { JobRouter } from './jobs/job-router.ts';
import type { PatientDispatcher } from './listeners/patient-dispatcher.ts';

const gone = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED', fatal: true });
/** A job with tries of its own, and one that is tried as its queue has it. */
const [WITH_TRIES, WITHOUT] = ['rows.prune', 'mail.send'];

/** How a job of that type ends whose record is asked for before it runs. */
async function endOf(type: string, { record, work }: { record: Error | undefined; work: Error }): Promise<unknown> {
  const runner = {
    run: async (_message: unknown, run: () => Promise<void>) => {
      if (record) throw record;
      await run();
    },
  };
  const handlers = queueHandlers(
    {
      dispatcher: {} as PatientDispatcher,
      router: { handle: () => Promise.reject(work) } as unknown as JobRouter,
      runner: runner as unknown as JobRunner,
      providerEvents: undefined,
    },
    { logger: new MemoryLogger(), clock: new FakeClock(new Date('2026-11-28T12:00:00Z')) },
  );
  const message = { queue: 'jobs', id: 'm1', type, body: '{}', attempt: 1, attributes: {} };
  return handlers.jobs?.(message as unknown as ReceivedMessage).catch((error: unknown) => error);
}

describe('a job', () => {
  const never = new Error('it ran');

  it('with tries of its own waits, at no cost, where the database is down before it has begun', async () => {
    const end = await endOf(WITH_TRIES, { record: gone, work: never });
    expect(end).toBeInstanceOf(RetryLater);
    expect((end as RetryLater).cause).toBe(gone);
  });

  it('with tries of its own has used one up where the database goes down while it runs', async () => {
    expect(await endOf(WITH_TRIES, { record: undefined, work: gone })).toBe(gone);
  });

  it('with tries of its own has used one up where its record fails for another reason', async () => {
    expect(await endOf(WITH_TRIES, { record: never, work: gone })).toBe(never);
  });

  it('that is tried as its queue has it waits an outage out by its tries: there are enough of them', async () => {
    expect(await endOf(WITHOUT, { record: gone, work: never })).toBe(gone);
  });
});
