import type { Database } from '@postern/runtime';
import type { RecipientHasher } from './recipient.ts';

/** The mail that confirms the erasure is the one that may still go out after it. */
const LAST_MAIL = 'account-erased';

/**
 * Empties what the worker's tables hold of a person: what waiting mails were to say (they then end as `failed`), and the
 * address on the suppression list, whose hash goes on keeping mail away. The ledger holds no address otherwise.
 */
export async function forgetPerson(database: Database, hasher: RecipientHasher, address: string): Promise<void> {
  const recipient_hash = hasher.hash(address);
  await database.transaction(async (tx) => {
    await tx.sql('mails').where({ recipient_hash }).whereNot({ mail: LAST_MAIL }).update({ payload: null });
    await tx.sql('suppressions').where({ recipient_hash }).update({ address: null });
  });
}
