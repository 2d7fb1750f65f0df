import { type Database, idToBytes } from '@postern/runtime';
import { AlreadyRegisteredMail, mails, VerificationMail, WelcomeMail } from '../content/mails/index.ts';
import { type Forgotten, forgetRecipient, LAST_MAIL, TO_FORMER_ADDRESS } from './ledger/forget-person.ts';
import { eventTimeOf } from './ledger/mail-identity.ts';

/** What goes to the address of the account that it is about. Others, a product's own among them, may be for somebody else. */
const TO_THEMSELVES = [
  ...[VerificationMail, AlreadyRegisteredMail, WelcomeMail].map(({ name }) => name),
  ...[...mails].filter(({ options }) => options.security).map(({ name }) => name),
];
/** No address has this hash. */
const NOBODY = '00'.repeat(32);

export interface KnownPerson {
  user_id: string;
  /** The hash of an address that they had, where it is known; otherwise the ledger alone is asked. */
  address?: Buffer | undefined;
}

/**
 * Forgets a person as the erasure of their account does, where its event is no more: their addresses are those that the ledger has mailed them at.
 *
 * @returns also whether an address of theirs is known: without one nothing is looked for on the suppression list
 */
export async function forgetById(
  database: Database,
  { user_id, address }: KnownPerson,
): Promise<Forgotten & { isKnown: boolean }> {
  const theirs: { mail: string; recipient_hash: Buffer }[] = await database
    .sql('mails')
    .where({ user_id: idToBytes(user_id) })
    .whereIn('mail', TO_THEMSELVES)
    .distinct('mail', 'recipient_hash');
  const hashOf = (row: (typeof theirs)[number]) => row.recipient_hash.toString('hex');
  // It may be somebody else's by now, whose mails are not theirs: `forgetRecipient` takes it off the screen alone.
  const former = new Set(theirs.filter(({ mail }) => mail === TO_FORMER_ADDRESS).map(hashOf));
  const present = new Set(theirs.map(hashOf).filter((hash) => !former.has(hash)));
  if (address) present.add(address.toString('hex'));
  const at = await erasedAt(database, user_id);
  const forgotten = { mails: 0, addresses: 0, isKnown: present.size + former.size > 0 };
  for (const hash of present.size > 0 ? present : [NOBODY]) {
    const found = await forgetRecipient(database, Buffer.from(hash, 'hex'), { user_id, at });
    forgotten.mails += found.mails;
    forgotten.addresses += found.addresses;
  }
  return forgotten;
}

/** When, where the ledger has the mail that says so; otherwise all that is there is from before. */
async function erasedAt(database: Database, user_id: string): Promise<Date> {
  const row: { mail_key: string } | undefined = await database
    .sql('mails')
    .where({ user_id: idToBytes(user_id), mail: LAST_MAIL })
    .first('mail_key');
  return (row && eventTimeOf(row.mail_key)) ?? database.clock.now();
}
