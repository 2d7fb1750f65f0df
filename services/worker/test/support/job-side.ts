import { Inbox, JobDispatcher, JobRecords, JobRunner, Outbox } from '@postern/durable';
import { EnvelopeReader, EnvelopeWriter, GATEWAY, type MessageDefinition, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { type Database, FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import type { OutgoingMessage, ReceivedMessage } from '@postern/sqs';
import { jobEncoder } from '../../src/jobs/encode-job.ts';
import type { JobHandler } from '../../src/jobs/handle-job.ts';
import { JobRouter } from '../../src/jobs/job-router.ts';
import { jobReader } from '../../src/jobs/read-job.ts';
import { EventDispatcher } from '../../src/listeners/event-dispatcher.ts';
import type { Listener } from '../../src/listeners/listen.ts';
import { ListenerTries } from '../../src/listeners/listener-tries.ts';
import type { MailQueues } from '../../src/mail/delivery/mail-queue.ts';
import type { Mailer } from '../../src/mail/delivery/mailer.ts';
import { testConfig } from '../../src/mail/testing/test-config.ts';
import { WorkContexts } from '../../src/work-context.ts';

const noMail = { for: () => ({}) } as unknown as MailQueues;
const unused = {
  forget: async () => {},
  forgetAddress: async () => {},
  feedback: async () => {},
  optOuts: { add: async () => {}, end: async () => {} },
};

/** The job side of a worker: listeners and jobs of a test's own, on its database. What is sent is kept until the test has it handled. */
export function jobSide(
  database: Database,
  { handlers, listeners = [] }: { handlers: readonly JobHandler[]; listeners?: readonly Listener[] },
) {
  const [clock, logger, metrics] = [new FakeClock(new Date()), new MemoryLogger(), new Metrics({ defaults: false })];
  const keys = { [GATEWAY]: testKeys('g1'), [WORKER]: testKeys('w1') };
  const sent: { queue: string; message: OutgoingMessage }[] = [];
  const sender = {
    send: async (queue: string, message: OutgoingMessage) => void sent.push({ queue, message }),
    close: async () => {},
  };
  const outbox = new Outbox(database, sender, { logger, metrics, clock });
  const inbox = new Inbox(database, { clock });
  const records = new JobRecords(database, { logger, clock });
  const encode = jobEncoder(new EnvelopeWriter(WORKER, keys[WORKER] as never));
  const jobs = new JobDispatcher(database, outbox, { encode, clock, records });
  const contexts = new WorkContexts(noMail, jobs, { logger, config: testConfig(), metrics });
  const reader = new EnvelopeReader(
    handlers.map(({ job }) => job),
    keys,
  );
  const router = new JobRouter(handlers, reader, (job, message) => ({
    ...contexts.for(job.type, job, message),
    ...{ database, clock, mailer: {} as Mailer },
  }));
  const runner = new JobRunner(database, inbox, outbox, {
    ...{ logger, clock, records, attempts: 3 },
    read: jobReader(reader),
  });
  const tries = new ListenerTries(database, { logger });
  const dispatcher = new EventDispatcher(
    listeners,
    inbox,
    ({ name }, event, message) => ({ ...contexts.for(name, event, message), ...unused }),
    new EnvelopeReader([...new Set(listeners.map(({ event }) => event))], keys),
    tries,
  );

  const received = (
    queue: string,
    { id, type, body, traceparent, attributes = {} }: OutgoingMessage,
    attempt: number,
  ) =>
    ({
      ...{ queue, id, type, body, traceparent, attributes, attempt, sentAt: clock.now() },
      signal: new AbortController().signal,
    }) satisfies ReceivedMessage;

  return {
    ...{ clock, logger, outbox, jobs, records, tries, runner, sent },

    /** An event of the gateway's, as it comes from the queue. */
    event(definition: MessageDefinition, data: unknown, options: { subject?: string; traceparent?: string } = {}) {
      const writer = new EnvelopeWriter(GATEWAY, keys[GATEWAY] as never);
      const { envelope, body } = writer.write(definition, data, { ...options, time: clock.now() });
      const message = { id: envelope.id, type: definition.type, body, ...options };
      return received('events', message, 1);
    },

    /** Hands an event to its listeners. */
    hear: (event: ReceivedMessage) => dispatcher.handle(event),

    /** What has been sent since the last time, sweeps included. */
    async takeSent() {
      await outbox.sweep();
      await records.flush();
      return sent.splice(0);
    },

    /** One try of a job that was sent. */
    run({ queue, message }: { queue: string; message: OutgoingMessage }, attempt = 1) {
      const job = received(queue, message, attempt);
      return runner.run(job, () => router.handle(job));
    },
  };
}

export type JobSide = ReturnType<typeof jobSide>;
