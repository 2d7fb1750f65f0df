import { ConfigError, type Database, type Sql } from '@postern/runtime';
import type { RecipientHasher } from './recipient.ts';

/** No address is like this, so that its hash is nobody's. */
const NOBODY = '@';
/** The newest entries of the suppression list that a key is tried on where it has no mark yet. */
const TRIED = 100;

const OTHER_KEY =
  'RECIPIENT_KEY: it is not the key that the recipients in this database were hashed with, so that nobody would be found who is suppressed, has unsubscribed or is to be forgotten. Set the key that the workers had before: hashes cannot be made again';

/**
 * Whether the recipients in the tables are known by this key. With another one every look-up finds nobody, and nothing fails.
 *
 * @throws ConfigError when it is another one
 */
export async function requireOwnRecipientKey(tx: Sql, hasher: RecipientHasher): Promise<void> {
  const row: { mark: Buffer } | undefined = await tx.sql('recipient_key').first('mark');
  const own = row ? hasher.hash(NOBODY).equals(Buffer.from(row.mark)) : await knowsSuppressed(tx, hasher);
  if (!own) throw new ConfigError([OTHER_KEY]);
}

/** For a worker that starts: the first one leaves the mark of its key. @throws ConfigError when the tables have another one's */
export async function markRecipientKey(database: Database, hasher: RecipientHasher): Promise<void> {
  await requireOwnRecipientKey(database, hasher);
  const row = { id: 1, mark: hasher.hash(NOBODY), made_at: database.clock.now() };
  await database.sql('recipient_key').insert(row).onConflict('id').ignore();
  // Of two that start at the same moment with different keys one was first.
  await requireOwnRecipientKey(database, hasher);
}

/** Where no worker has left a mark: whether it made any of the hashes whose addresses are known. */
async function knowsSuppressed({ sql }: Sql, hasher: RecipientHasher): Promise<boolean> {
  const rows: { recipient_hash: Buffer; address: string | null }[] = await sql('suppressions')
    .orderBy('created_at', 'desc')
    .limit(TRIED)
    .select('recipient_hash', 'address');
  const known = rows.filter(({ address }) => address !== null);
  return (
    known.length === 0 || known.some((row) => hasher.hash(row.address ?? '').equals(Buffer.from(row.recipient_hash)))
  );
}
