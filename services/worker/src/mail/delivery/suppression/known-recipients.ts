import type { Sql } from '@postern/runtime';
import { addressIn } from '../ledger/mail-payload.ts';

export interface KnownRecipient {
  hash: Buffer;
  address: string;
}

/** How far somebody is who reads them: rows of a table. */
interface KnownPart {
  known: KnownRecipient[];
  table: 'suppressions' | 'mails';
  done: number;
  of: number;
}

/** Rows that are read at a time: with texts of 256 KiB these fit a packet and a process. */
const STEP = 50;

/**
 * The recipients whose address a row has: an entry of the suppression list, or a mail that waits. Whoever reads them may change their hashes; one that
 * was changed may come again, and none is passed over.
 */
export async function* knownRecipients(tx: Sql): AsyncGenerator<KnownPart> {
  yield* onTheList(tx);
  yield* ofWaitingMails(tx);
}

async function* onTheList({ sql }: Sql): AsyncGenerator<KnownPart> {
  const list = () => sql('suppressions').whereNotNull('address');
  const [row] = await list().count({ many: '*' });
  const of = Number(row?.many ?? 0);
  for (let [after, done] = [Buffer.alloc(1), 0]; ; ) {
    const rows: { recipient_hash: Buffer; address: string }[] = await list()
      .where('recipient_hash', '>', after)
      .orderBy('recipient_hash')
      .limit(STEP)
      .select('recipient_hash', 'address');
    const known = rows.map(({ recipient_hash, address }) => ({ hash: Buffer.from(recipient_hash), address }));
    const last = known.at(-1);
    if (!last) return;
    after = last.hash;
    done = Math.min(done + rows.length, of);
    yield { known, table: 'suppressions', done, of };
  }
}

async function* ofWaitingMails({ sql }: Sql): AsyncGenerator<KnownPart> {
  // What has a payload is due. Their ids, out of an index alone: in a ledger of millions a search for payloads would take longer than a statement may.
  const due: Buffer[] = await sql('mails').whereNotNull('due_at').pluck('id');
  for (let start = 0; start < due.length; start += STEP) {
    const ids = due.slice(start, start + STEP);
    const mails: { recipient_hash: Buffer; payload: string }[] = await sql('mails')
      .whereIn('id', ids)
      .whereNotNull('payload')
      .select('recipient_hash', 'payload');
    const known = mails.flatMap(({ recipient_hash, payload }) => {
      const address = addressIn(payload);
      return address === undefined ? [] : [{ hash: Buffer.from(recipient_hash), address }];
    });
    yield { known, table: 'mails', done: start + ids.length, of: due.length };
  }
}
