import { pruneTable } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { knowsRecipients, recipientKeyState, remarkRecipientKey } from '../ledger/own-recipient-key.ts';
import type { RecipientHasher } from '../ledger/recipient.ts';
import { knownRecipients } from './known-recipients.ts';
import { moveRecipient } from './move-recipient.ts';

/** What says something of a recipient, with its primary key. The ledger says what was sent: its rows stay, so that no mail is sent twice. */
const TABLES = {
  suppressions: ['recipient_hash'],
  mail_opt_outs: ['recipient_hash', 'mail'],
  soft_bounces: ['recipient_hash', 'notice_id'],
  suppression_audit: ['id'],
} as const;
type Table = keyof typeof TABLES;

/** Of a run after one that was broken off, what that one had not come to. */
export interface ReplacedKey {
  /** Recipients who are known by the new key. */
  recipients: number;
  /** Rows of recipients whose address is nowhere. */
  deleted: Record<Table, number>;
}

/**
 * Has recipients known by another RECIPIENT_KEY, wherever a row of theirs has the address. Cause, end, reason and history stay; what is of nobody that
 * could be found is deleted. All workers have to be stopped.
 *
 * It can be killed and run again. A ledger of millions is too much for one transaction, so there is one for some recipients at a time. Whatever one of
 * them has under the old hash is moved with the row that has the address: where something is left to do, that row is left to find it by. Meanwhile
 * the mark is no key's, so that no worker starts.
 *
 * @param onProgress hears how many rows of a table are done
 * @throws Error where the recipients are not known by another key
 */
export async function replaceRecipientKey(
  database: Database,
  hasher: RecipientHasher,
  onProgress: (table: string, done: number, of: number) => void = () => undefined,
): Promise<ReplacedKey> {
  await requireOtherKey(database, hasher);
  await remarkRecipientKey(database);
  let recipients = 0;
  for await (const { known, table, done, of } of knownRecipients(database)) {
    const moves = known.map(({ hash, address }) => ({ was: hash, is: hasher.hash(address) }));
    const due = new Map(moves.filter(({ was, is }) => !was.equals(is)).map((move) => [move.was.toString('hex'), move]));
    await database.transaction(async (tx) => {
      for (const move of due.values()) await moveRecipient(tx, move);
    });
    recipients += due.size;
    onProgress(table, done, of);
  }
  const deleted = { suppressions: 0, mail_opt_outs: 0, soft_bounces: 0, suppression_audit: 0 };
  for (const table of Object.keys(TABLES) as Table[]) deleted[table] = await deleteUnknown(database, table);
  await remarkRecipientKey(database, hasher);
  return { recipients, deleted };
}

/** What would be deleted has been hashed with the key that is to be replaced: it must not be this one. */
async function requireOtherKey(database: Database, hasher: RecipientHasher): Promise<void> {
  const state = await recipientKeyState(database, hasher);
  if (state === 'own') throw new Error('the recipients are known by this RECIPIENT_KEY: there is nothing to replace');
  if (state === 'unmarked') {
    throw new Error(
      'nothing says that the recipients are known by another RECIPIENT_KEY: start a worker with this one',
    );
  }
  if (state === 'other' && (await knowsRecipients(database, hasher))) {
    throw new Error(
      'the recipients are known by this RECIPIENT_KEY, and only the mark is that of another: run `DELETE FROM recipient_key`, and start a worker',
    );
  }
}

/** The rows of whoever has no row with an address: all others are under their new hashes by now. */
function deleteUnknown(database: Database, table: Table): Promise<number> {
  const rowsOf = (other: string) =>
    database.sql(other).whereRaw('?? = ??', [`${other}.recipient_hash`, `${table}.recipient_hash`]);
  return pruneTable(database, {
    ...{ table, key: TABLES[table] },
    where: (query) => {
      query.whereNotExists(rowsOf('mails').whereNotNull('payload'));
      // MySQL takes no statement that deletes from the table that it asks.
      if (table === 'suppressions') return query.whereNull('address');
      return query.whereNotExists(rowsOf('suppressions').whereNotNull('address'));
    },
  });
}
