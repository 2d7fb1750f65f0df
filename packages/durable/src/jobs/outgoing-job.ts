import { newId } from '@postern/runtime';
import type { OutgoingMessage } from '@postern/sqs/ports';
import type { EncodeJob, JobCall, JobFields } from './job-definition.ts';
import { type JobTicket, ticketText, writeTicket } from './job-ticket.ts';

/** A message and where it goes, as a group keeps it until its turn. */
export interface OutgoingJob {
  queue: string;
  message: OutgoingMessage;
  /** Whom it is about, for its record. */
  subject?: string;
}

interface OutgoingJobOptions extends Partial<Omit<JobFields, 'ticket'>> {
  queue: string;
  encode: EncodeJob;
  ticket?: JobTicket;
}

/** Writes a job as the message that will be sent. Throws when its data is not what the job's schema asks for. */
export function toOutgoingJob({ job, data, queue }: JobCall, options: OutgoingJobOptions): OutgoingJob {
  const { encode, ticket = {}, id = newId(), subject, traceparent, time } = options;
  const trace = traceparent === undefined ? {} : { traceparent };
  const attributes = writeTicket(ticket);
  const due = time === undefined ? {} : { time };
  const body = encode(job, data, { id, subject, ...trace, ticket: ticketText(ticket), ...due });
  const message = { id, type: job.type, body, ...trace, attributes };
  return { queue: queue ?? job.queue ?? options.queue, message, ...(subject !== undefined && { subject }) };
}
