import { ConfigError, type Database, type Sql } from '@postern/runtime';
import { addressIn } from './mail-payload.ts';
import type { RecipientHasher } from './recipient.ts';

/** No address is like this, so that its hash is nobody's. */
const NOBODY = '@';
/** The mark of no key: between the first and the last step of a replacement neither the old key nor the new one finds everybody. */
const BETWEEN_KEYS = Buffer.alloc(32);
/** The newest entries of the suppression list, and the waiting mails, that a key is tried on where it has no mark yet. */
const TRIED = 100;

/** `unmarked`: no worker has left its mark yet, and there is no address to try the key on. */
export type KeyState = 'own' | 'other' | 'unmarked' | 'half-replaced';

export const KEY_FAULTS = {
  other:
    'RECIPIENT_KEY: it is not the key that the recipients in this database were hashed with, so that nobody would be found who is suppressed, has unsubscribed or is to be forgotten. Set the key that the workers had before; only where it is lost for good, see `worker recipient-key replace --help`',
  'half-replaced':
    'RECIPIENT_KEY: the hashes of recipients are partly made anew: `worker recipient-key replace` was begun and has not ended. Run it again, with the new key',
} as const;

/** By which key the recipients in the tables are known, as seen with this one. */
export async function recipientKeyState(tx: Sql, hasher: RecipientHasher): Promise<KeyState> {
  const row: { mark: Buffer } | undefined = await tx.sql('recipient_key').first('mark');
  if (row === undefined) {
    const known = await knowsRecipients(tx, hasher);
    return known === undefined ? 'unmarked' : known ? 'own' : 'other';
  }
  const mark = Buffer.from(row.mark);
  if (mark.equals(BETWEEN_KEYS)) return 'half-replaced';
  return mark.equals(hasher.hash(NOBODY)) ? 'own' : 'other';
}

/**
 * Whether the recipients in the tables are known by this key. With another one every look-up finds nobody, and nothing fails.
 *
 * @throws ConfigError when it is another one
 */
export async function requireOwnRecipientKey(tx: Sql, hasher: RecipientHasher): Promise<void> {
  const state = await recipientKeyState(tx, hasher);
  if (state === 'other' || state === 'half-replaced') throw new ConfigError([KEY_FAULTS[state]]);
}

/** For a worker that starts: the first one leaves the mark of its key. @throws ConfigError when the tables have another one's */
export async function markRecipientKey(database: Database, hasher: RecipientHasher): Promise<void> {
  await requireOwnRecipientKey(database, hasher);
  const row = { id: 1, mark: hasher.hash(NOBODY), made_at: database.clock.now() };
  await database.sql('recipient_key').insert(row).onConflict('id').ignore();
  // Of two that start at the same moment with different keys one was first.
  await requireOwnRecipientKey(database, hasher);
}

/** Puts the mark of this key in the place of any other; without a key, one that no key has. */
export async function remarkRecipientKey({ sql, clock }: Database, hasher?: RecipientHasher): Promise<void> {
  const row = { id: 1, mark: hasher?.hash(NOBODY) ?? BETWEEN_KEYS, made_at: clock.now() };
  await sql('recipient_key').insert(row).onConflict('id').merge();
}

/** Whether the key made any of the hashes whose addresses are known. Undefined: no address is. */
export async function knowsRecipients({ sql }: Sql, hasher: RecipientHasher): Promise<boolean | undefined> {
  const suppressed: { recipient_hash: Buffer; address: string }[] = await sql('suppressions')
    .whereNotNull('address')
    .orderBy('created_at', 'desc')
    .limit(TRIED)
    .select('recipient_hash', 'address');
  // What has a payload is due, and few others are: an index has those.
  const waiting: { recipient_hash: Buffer; payload: string }[] = await sql('mails')
    .whereNotNull('due_at')
    .whereNotNull('payload')
    .orderBy('due_at')
    .limit(TRIED)
    .select('recipient_hash', 'payload');
  const known = [
    ...suppressed,
    ...waiting.flatMap(({ recipient_hash, payload }) => {
      const address = addressIn(payload);
      return address === undefined ? [] : [{ recipient_hash, address }];
    }),
  ];
  if (known.length === 0) return undefined;
  return known.some(({ recipient_hash, address }) => hasher.hash(address).equals(Buffer.from(recipient_hash)));
}
