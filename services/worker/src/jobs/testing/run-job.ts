import { createEnvelope } from '@postern/events';
import { FakeJobs } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import { FakeMailer } from '../../mail/testing/fake-mailer.ts';
import { testConfig } from '../../mail/testing/test-config.ts';
import { unreachable } from '../../mail/testing/unreachable.ts';
import { withPolicies } from '../../policies/with-policies.ts';
import type { JobContext, JobHandler } from '../handle-job.ts';

/** Stands for what a test has not handed over, and says so to a handler that uses it. */
function lacking<Part extends object>(name: string): Part {
  const get = () => {
    throw new Error(`the job uses its ${name}: hand runJob one`);
  };
  return new Proxy({}, { get }) as Part;
}

const unlimited = { take: async () => ({ giveBack: () => undefined }) };

/** The tries of one handler have its breaker in common. */
const policiesOf = new WeakMap<JobHandler, ReturnType<typeof withPolicies>>();

/**
 * Runs one try of a job by its policies, as the worker would; there is always room in its rate.
 *
 * @param data checked by the job's schema
 * @param rest what else the handler gets to work with; what is left out does nothing
 * @throws EnvelopeError if the job cannot carry the data; otherwise what the consumer would decide by
 */
export async function runJob(
  handler: JobHandler,
  data: unknown,
  rest: Partial<Omit<JobContext, 'message'>> = {},
): Promise<void> {
  const { type, policies } = handler.job;
  const envelope = createEnvelope(handler.job, data, { source: 'postern/test' });
  const clock = new FakeClock();
  const metrics = rest.metrics ?? new Metrics({ defaults: false });
  const counters = Object.entries(handler.counted).map(([name, help]) => [name, metrics.counter(name, help)] as const);
  const context: JobContext = {
    ...{ clock, database: lacking('database'), mailer: lacking('mailer'), counters: Object.fromEntries(counters) },
    mail: new FakeMailer(),
    jobs: new FakeJobs(),
    config: testConfig(),
    metrics,
    fetch: unreachable,
    log: new MemoryLogger(),
    userId: undefined,
    signal: new AbortController().signal,
    attempt: 1,
    message: { id: envelope.id, type, queue: handler.job.queue } as ReceivedMessage,
    ...rest,
  };
  const tried = policiesOf.get(handler) ?? withPolicies(`job ${type}`, policies, { rates: unlimited, clock });
  policiesOf.set(handler, tried);
  await tried(context, (given) => handler.run(envelope.data, given));
}
