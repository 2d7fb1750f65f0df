import { type Envelope, type QueueContent, queueContents } from '@postern/events';
import { PermanentError, type ReceivedMessage } from '@postern/sqs';
import type { MessageReader } from '../messages/patient-reader.ts';
import { read } from '../messages/read-message.ts';
import type { JobContext, JobHandler } from './handle-job.ts';

/** Makes what a handler gets to work with, for one job; its counters are the handler's own. */
type JobContextFor = (job: Envelope, message: ReceivedMessage) => Omit<JobContext, 'message' | 'counters'>;

/** A job may be dispatched to any queue that runs jobs; mails have one of their own, whose messages are handled in another way. */
function contentOf(queue: string): QueueContent | undefined {
  return Object.entries(queueContents).find(([name]) => name === queue)?.[1];
}

/** Hands each job to the one handler it has. */
export class JobRouter {
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #reader: MessageReader;
  readonly #contextFor: JobContextFor;

  /** @throws Error when a job of the catalog has no handler, or two: the process must not start */
  constructor(handlers: readonly JobHandler[], reader: MessageReader, contextFor: JobContextFor) {
    const { catalog } = reader;
    this.#reader = reader;
    this.#contextFor = contextFor;
    const byType = new Map<string, JobHandler>();
    for (const handler of handlers) {
      const { type } = handler.job;
      if (byType.has(type)) throw new Error(`the job ${type} has two handlers: remove one from src/jobs/all.ts`);
      if (!catalog.includes(handler.job)) throw new Error(`the job ${type} is not in the catalog of jobs`);
      byType.set(type, handler);
    }
    const without = catalog.filter(({ type }) => !byType.has(type)).map(({ type }) => type);
    if (without.length > 0) throw new Error(`no handler for ${without.join(', ')}: list one in src/jobs/all.ts`);
    this.#handlers = byType;
  }

  /** @throws PermanentError when the message breaks its contract or came to a queue it does not belong to */
  async handle(message: ReceivedMessage): Promise<void> {
    const { definition, envelope } = read(this.#reader, message.body);
    const handler = this.#handlers.get(definition.type) as JobHandler;
    if (contentOf(message.queue) !== queueContents[definition.queue]) {
      throw new PermanentError('wrong-queue', `${definition.type} belongs on the queue "${definition.queue}"`);
    }
    await handler.run(envelope.data, { ...this.#contextFor(envelope, message), counters: {}, message });
  }
}
