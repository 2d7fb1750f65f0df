import type { ReceivedMessage } from '@postern/sqs/ports';
import { z } from 'zod';

/** The one attribute that shows what a job's message belongs to; SQS allows ten in all. */
const ATTRIBUTE = 'postern.job';
/** Its name from before the prefix, which messages may still have that waited meanwhile. */
const OLD_ATTRIBUTE = 'job';

const ticketSchema = z.object({
  /** The unique key that is free again when the job is done. */
  key: z.string().optional(),
  group: z.uuid().optional(),
  position: z.int().nonnegative().optional(),
  schedule: z.string().optional(),
});

/** What a job belongs to beside itself. */
export type JobTicket = z.infer<typeof ticketSchema>;

/** The ticket as the text that travels with the job; undefined for a job that belongs to nothing. */
export function ticketText(ticket: JobTicket): string | undefined {
  return Object.keys(ticket).length === 0 ? undefined : JSON.stringify(ticket);
}

export function writeTicket(ticket: JobTicket): Record<string, string> {
  const text = ticketText(ticket);
  return text === undefined ? {} : { [ATTRIBUTE]: text };
}

/** The ticket that a message's attributes claim: whoever can write to the queue can have written it. */
export function claimedTicket({ attributes }: Pick<ReceivedMessage, 'attributes'>): JobTicket {
  return parseTicket(attributes[ATTRIBUTE] ?? attributes[OLD_ATTRIBUTE]);
}

/** An empty ticket for what is none, or not ours. */
export function parseTicket(text: string | undefined): JobTicket {
  if (text === undefined) return {};
  try {
    return ticketSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    // Another program's attribute of this name: the message belongs to nothing of ours.
    return {};
  }
}
