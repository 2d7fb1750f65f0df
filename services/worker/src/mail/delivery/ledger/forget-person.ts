import { type Database, idToBytes, type Sql } from '@postern/runtime';
import { lastIdOf } from './mail-identity.ts';
import type { RecipientHasher } from './recipient.ts';

/** The mail that confirms the erasure is the one that may still go out after it. */
const LAST_MAIL = 'account-erased';
/** What a person did has it go to somebody else, who owns the address. */
const TO_OTHERS = 'address-taken';
/** Goes to the address that the person had before. */
const TO_FORMER_ADDRESS = 'email-changed';

export interface ErasedPerson {
  user_id: string;
  email: string;
  /** When they were erased: what is mailed to the address of later events is for whoever signs up with it anew. */
  at: Date;
}

/**
 * Empties what the worker's tables hold of a person: what mails were to say that wait for their address, an earlier one or one that they asked for
 * (they then end as `failed`), and their addresses on the suppression list, whose hashes go on keeping mail away. The ledger holds no address otherwise.
 */
export async function forgetPerson(database: Database, hasher: RecipientHasher, person: ErasedPerson): Promise<void> {
  const recipient_hash = hasher.hash(person.email);
  const user_id = idToBytes(person.user_id);
  await database.transaction(async (tx) => {
    const former: { recipient_hash: Buffer }[] = await tx
      .sql('mails')
      .where({ user_id, mail: TO_FORMER_ADDRESS })
      .distinct('recipient_hash');
    const theirs = [recipient_hash, ...former.map((mail) => mail.recipient_hash)];
    await tx
      .sql('mails')
      .where({ recipient_hash })
      // Of a product's own event whose id says nothing of its time: when it came.
      .where((until) => until.where('id', '<=', lastIdOf(person.at)).orWhere('created_at', '<=', person.at))
      .whereNot({ mail: LAST_MAIL })
      .update({ payload: null });
    await tx.sql('mails').where({ user_id }).whereNotIn('mail', [LAST_MAIL, TO_OTHERS]).update({ payload: null });
    await tx.sql('suppressions').whereIn('recipient_hash', theirs).update({ address: null });
  });
}

/** Takes an address that its person has no more off the screen: once the ledger has pruned their mails, nothing tells at their erasure that it was theirs. */
export async function forgetAddress({ sql }: Sql, hasher: RecipientHasher, email: string): Promise<void> {
  await sql('suppressions')
    .where({ recipient_hash: hasher.hash(email) })
    .update({ address: null });
}

/**
 * Whether somebody with this address was erased or has another one since, for as long as the ledger looks back. A report on their last mail to it, or a
 * late one on an earlier mail, would bring the address back. A new account with it is not told apart: its place on the list is without the address, too.
 */
export async function wasForgotten({ sql }: Sql, recipient_hash: Buffer): Promise<boolean> {
  const farewells = sql('mails').where({ recipient_hash }).whereIn('mail', [LAST_MAIL, TO_FORMER_ADDRESS]);
  return (await farewells.first('id')) !== undefined;
}
