import { randomUUID } from 'node:crypto';
import type { MessageDefinition } from '../define.ts';
import { DispatchRecord } from './dispatch-record.ts';

interface Call {
  job: MessageDefinition;
  data: unknown;
}

/**
 * Stands in for the dispatcher of jobs in tests, the worker's and the gateway's. Members of chains and batches count as dispatched, with the group's name in
 * their options.
 *
 * @example
 * const fakeJobs = new FakeJobs();
 * await hear(sendOrderPlaced, order, mailer, { jobs: fakeJobs });
 * fakeJobs.expectDispatched(InvoicePrint, ({ options }) => options.delayMs === 60_000);
 */
export class FakeJobs extends DispatchRecord {
  /** With a transaction before the job, or without one. @throws EnvelopeError when the data breaks the job's schema */
  async dispatch(...args: readonly unknown[]): Promise<{ id: string; dispatched: boolean }> {
    const [job, data, options = {}] = withoutTransaction(args);
    this.keep(job as MessageDefinition, data, options as object);
    return { id: randomUUID(), dispatched: true };
  }

  chain(...args: readonly unknown[]): Promise<string> {
    return this.#group('chain', args);
  }

  batch(...args: readonly unknown[]): Promise<string> {
    return this.#group('batch', args);
  }

  async #group(kind: 'chain' | 'batch', args: readonly unknown[]): Promise<string> {
    const [name, calls, end = {}] = withoutTransaction(args);
    for (const { job, data } of calls as readonly Call[]) {
      this.keep(job, data, { [kind]: name, ...(end as object) });
    }
    return randomUUID();
  }
}

/** A transaction may be anything; what comes after it is a job or a name. */
function withoutTransaction(args: readonly unknown[]): readonly unknown[] {
  const [first] = args;
  const begins = typeof first === 'string' || (typeof first === 'object' && first !== null && 'schema' in first);
  return begins ? args : args.slice(1);
}
