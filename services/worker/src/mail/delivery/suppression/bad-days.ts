import { type Database, isDuplicateKey } from '@postern/runtime';

const WINDOW_MS = 7 * 86_400_000;

/** What makes a day of an address a bad one: its mail came back for now, or was refused in words that do not say whose fault it is. */
export type BadDay = 'bounced' | 'refused';

/**
 * Notes that it happened to mail to the address on this day (UTC), and answers with on how many of the last 7 it did. Days, not
 * mails: a mailbox that is full for an hour is as full for ten mails as for one.
 *
 * They are counted after the note's own commit: in one transaction with it, days that are noted at the same moment would not see
 * each other, and the last of them would suppress nobody. A day that is noted again is counted with the others too, as the process
 * that noted it may have died before it counted.
 */
export async function countBadDays(
  database: Database,
  recipientHash: Buffer,
  what: BadDay,
  { at, now }: { at: Date; now: Date },
): Promise<number> {
  const prefix = `${what} on `;
  const day = { recipient_hash: recipientHash, notice_id: `${prefix}${at.toISOString().slice(0, 10)}`, at };
  try {
    await database.sql('soft_bounces').insert(day);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  // The ids of notices, which an earlier release counted, are passed over until they are pruned.
  const noted: string[] = await database
    .sql('soft_bounces')
    .where({ recipient_hash: recipientHash })
    .where('at', '>', new Date(now.getTime() - WINDOW_MS))
    .pluck('notice_id');
  return noted.filter((id) => id.startsWith(prefix)).length;
}
