import { z } from 'zod';

/** The one attribute in which a job's message carries what it belongs to; SQS allows ten in all. */
const ATTRIBUTE = 'postern.job';
/** Its name of before the prefix, which messages may still have that waited meanwhile. */
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

export function writeTicket(ticket: JobTicket): Record<string, string> {
  return Object.keys(ticket).length === 0 ? {} : { [ATTRIBUTE]: JSON.stringify(ticket) };
}

/** The ticket of a received message; an empty one when it has none, or one that is not ours. */
export function readTicket(attributes: Readonly<Record<string, string>>): JobTicket {
  const text = attributes[ATTRIBUTE] ?? attributes[OLD_ATTRIBUTE];
  if (text === undefined) return {};
  try {
    return ticketSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    // Another program's attribute of this name: the message belongs to nothing of ours.
    return {};
  }
}
