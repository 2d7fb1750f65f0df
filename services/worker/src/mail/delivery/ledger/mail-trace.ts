import type { Moment, TracedId } from '@postern/durable';
import { bytesToId, type Database, idToBytes, isUuid, toDate } from '@postern/runtime';
import type { Knex } from 'knex';
import { readHistory } from './ledger-writes.ts';
import { idFromMessageId } from './mail-identity.ts';
import { ofEvent } from './of-event.ts';
import { checkAddress, UnusableAddressError } from './recipient.ts';
import { type MailState, PENDING } from './states.ts';

const MAX_MAILS = 50;
/** Of an address, those whose traces are looked for as well. */
const MAX_OF_ADDRESS = 5;

/**
 * What the ledger knows of an id: mails with every change, and whom they suppressed. Of an address, its newest mails.
 *
 * @param hash what the ledger knows an address by
 */
export async function mailTrace(
  database: Database,
  id: TracedId,
  hash: (address: string) => Buffer | Promise<Buffer>,
): Promise<Moment[]> {
  const mails = await findMails(database, id, hash);
  const found = await Promise.all([suppressed(database, mails), ...mails.map((mail) => changes(database, mail))]);
  return found.flat();
}

interface Row {
  id: Buffer;
  mail_key: string;
  mail: string;
  state: MailState;
  user_id: Buffer | null;
  recipient_hash: Buffer;
  trace_id: Buffer | null;
  provider_message_id: string | null;
  due_at: unknown;
}

async function findMails(
  database: Database,
  { text, uuid }: TracedId,
  hash: (address: string) => Buffer | Promise<Buffer>,
): Promise<Row[]> {
  const mails = () => database.sql('mails').orderBy('id', 'desc').limit(MAX_MAILS);
  const own = idFromMessageId(text);
  if (own) return mails().where({ id: own });
  if (uuid === undefined) {
    const named: Row[] = await mails().where({ provider_message_id: text });
    if (named.length > 0 || !isAddress(text)) return named;
    return mails()
      .where({ recipient_hash: await hash(text) })
      .limit(MAX_OF_ADDRESS);
  }
  const bytes = idToBytes(uuid);
  const asked: Knex.QueryBuilder[] = [
    mails().where({ id: bytes }),
    mails().where({ user_id: bytes }),
    mails().where({ trace_id: bytes }),
    mails().where({ provider_message_id: text }),
    mails().where(ofEvent(uuid)),
  ];
  const rows = (await Promise.all(asked)).flat() as Row[];
  return [...new Map(rows.map((row) => [row.id.toString('hex'), row])).values()];
}

function isAddress(text: string): boolean {
  try {
    checkAddress(text);
    return true;
  } catch (error) {
    if (error instanceof UnusableAddressError) return false;
    throw error;
  }
}

async function changes(database: Database, mail: Row): Promise<Moment[]> {
  // The message that it was queued for: an event, or a job.
  const [origin = ''] = mail.mail_key.split('/');
  const ids = {
    mail: bytesToId(Buffer.from(mail.id)),
    ...(isUuid(origin) && { for: origin }),
    ...(mail.user_id && { user: bytesToId(Buffer.from(mail.user_id)) }),
    ...(mail.trace_id && { trace: Buffer.from(mail.trace_id).toString('hex') }),
    ...(mail.provider_message_id && { provider: mail.provider_message_id }),
  };
  const history = await readHistory(database, mail.id);
  const moments: Moment[] = history.map(({ at, state, reason }) => ({
    ...{ at, part: 'mail', ids },
    what: `${mail.mail} ${state}: ${reason}`,
  }));
  const due = PENDING.includes(mail.state) ? toDate(mail.due_at) : undefined;
  const last = history.at(-1)?.at ?? due;
  if (!due || !last) return moments;
  const what = `${mail.mail} is ${mail.state}; it is looked at again ${due.toISOString()}`;
  return [...moments, { at: last, part: 'mail', what, ids, waits: true }];
}

async function suppressed(database: Database, mails: readonly Row[]): Promise<Moment[]> {
  const hashes = [...new Map(mails.map(({ recipient_hash: hash }) => [hash.toString('hex'), hash])).values()];
  const rows: { action: string; actor: string; reason: string; at: unknown }[] = await database
    .sql('suppression_audit')
    .whereIn('recipient_hash', hashes);
  return rows.map(({ action, actor, reason, at }) => ({
    at: toDate(at) as Date,
    part: 'suppression',
    what: `its recipient ${action === 'removed' ? 'gets mail again' : `gets no mail any more (${action.replace(/^added: /, '')})`}, by ${actor}: ${reason}`,
    ids: {},
  }));
}
