import { createHash } from 'node:crypto';
import { type Database, isDuplicateKey } from '@postern/runtime';

const WINDOW_MS = 7 * 86_400_000;
/** What the column holds. */
const MAX_NOTICE_ID = 190;

/** Before the day of a refusal, in the place of a notice's id. */
const REFUSED = 'refused on ';

/**
 * Notes a soft bounce, once a notice, and answers with how many there were in the last 7 days.
 *
 * They are counted after the note's own commit: in one transaction with it, notices that come at the same moment would not
 * see each other, and the third of them would suppress nobody. One that comes again is counted with the others too, as the
 * process that noted it may have died before it counted.
 */
export async function countSoftBounce(
  database: Database,
  recipientHash: Buffer,
  noticeId: string,
  now: Date,
): Promise<number> {
  await note(database, recipientHash, keyOf(noticeId), now);
  return (await recent(database, recipientHash, now)).filter((id) => !id.startsWith(REFUSED)).length;
}

/** Notes that mail to the address was refused today (UTC), and answers with on how many of the last 7 days it was. */
export async function countRefusalDay(database: Database, recipientHash: Buffer, now: Date): Promise<number> {
  await note(database, recipientHash, `${REFUSED}${now.toISOString().slice(0, 10)}`, now);
  return (await recent(database, recipientHash, now)).filter((id) => id.startsWith(REFUSED)).length;
}

async function note(database: Database, recipientHash: Buffer, noticeId: string, at: Date): Promise<void> {
  try {
    await database.sql('soft_bounces').insert({ recipient_hash: recipientHash, notice_id: noticeId, at });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

async function recent(database: Database, recipientHash: Buffer, now: Date): Promise<string[]> {
  const rows: { notice_id: string }[] = await database
    .sql('soft_bounces')
    .where({ recipient_hash: recipientHash })
    .where('at', '>', new Date(now.getTime() - WINDOW_MS))
    .select('notice_id');
  return rows.map(({ notice_id }) => notice_id);
}

/** A notice's id as it is stored. A database in strict mode refuses a longer one, and would lose the news with it. */
function keyOf(noticeId: string): string {
  return noticeId.length <= MAX_NOTICE_ID ? noticeId : createHash('sha256').update(noticeId).digest('hex');
}
