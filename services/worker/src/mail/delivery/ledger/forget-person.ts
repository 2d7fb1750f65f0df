import { type Database, idToBytes, type Sql } from '@postern/runtime';
import { KEY_WITH_TIME, lastIdOf } from './mail-identity.ts';
import type { RecipientHasher } from './recipient.ts';

/** The mail that confirms the erasure is the one that may still go out after it. */
export const LAST_MAIL = 'account-erased';
/** What a person did has it go to somebody else, who owns the address. */
const TO_OTHERS = 'address-taken';
/** Goes to the address that the person had before. */
export const TO_FORMER_ADDRESS = 'email-changed';

export interface ErasedPerson {
  user_id: string;
  email: string;
  /** When they were erased: what is mailed to the address of later events is for whoever signs up with it anew. */
  at: Date;
}

/** How much there was of a person. */
export interface Forgotten {
  /** Mails whose content was kept, most of which waited. */
  mails: number;
  /** Their addresses on the suppression list. */
  addresses: number;
}

/**
 * Empties what the worker's tables hold of a person: what mails were to say that wait for their address, an earlier one or one that they asked for
 * (they then end as `failed`), and their addresses on the suppression list, whose hashes go on keeping mail away. The ledger holds no address otherwise.
 */
export function forgetPerson(database: Database, hasher: RecipientHasher, person: ErasedPerson): Promise<Forgotten> {
  return forgetRecipient(database, hasher.hash(person.email), person);
}

/** The same, where their address is known by its hash. */
export async function forgetRecipient(
  database: Database,
  recipient_hash: Buffer,
  person: Omit<ErasedPerson, 'email'>,
): Promise<Forgotten> {
  const user_id = idToBytes(person.user_id);
  return database.transaction(async (tx) => {
    const former: { recipient_hash: Buffer }[] = await tx
      .sql('mails')
      .where({ user_id, mail: TO_FORMER_ADDRESS })
      .distinct('recipient_hash');
    const theirs = [recipient_hash, ...former.map((mail) => mail.recipient_hash)];
    const toThem = await tx
      .sql('mails')
      .where({ recipient_hash })
      // Of a product's own event whose id says nothing of its time: when it came.
      .where((until) =>
        until
          .where('id', '<=', lastIdOf(person.at))
          .orWhere((came) => came.where('created_at', '<=', person.at).whereNot('mail_key', 'like', KEY_WITH_TIME)),
      )
      .whereNot({ mail: LAST_MAIL })
      .whereNotNull('payload')
      .update({ payload: null });
    const aboutThem = await tx
      .sql('mails')
      .where({ user_id })
      .whereNotIn('mail', [LAST_MAIL, TO_OTHERS])
      .whereNotNull('payload')
      .update({ payload: null });
    const addresses = await tx
      .sql('suppressions')
      .whereIn('recipient_hash', theirs)
      .whereNotNull('address')
      .update({ address: null });
    return { mails: toThem + aboutThem, addresses };
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
