import { Columns, column, type Database, idToBytes } from '@postern/runtime';
import { ofEvent } from './of-event.ts';
import { type MailState, PENDING } from './states.ts';

interface MailQuery {
  recipientHash?: Buffer | undefined;
  userId?: string | undefined;
  state?: MailState | undefined;
  mail?: string | undefined;
  providerMessageId?: string | undefined;
  /** Those behind this one of the page before. */
  after?: MailPlace | undefined;
  limit: number;
}

/** Where a mail is in the list, which is in the order of the ledger's index of changes. */
export interface MailPlace {
  changedAt: Date;
  state: string;
  id: string;
}

/** A mail for operators: without its address and data. */
export interface FoundMail {
  id: string;
  key: string;
  mail: string;
  state: MailState;
  domain: string;
  attempts: number;
  provider: string | null;
  provider_message_id: string | null;
  /** When it is looked at again; null when it is done. */
  due_at: Date | null;
  expires_at: Date | null;
  created_at: Date | null;
  changed_at: Date | null;
}

const columns = new Columns<FoundMail>({
  id: column.id('id'),
  key: column.value('mail_key'),
  mail: column.value('mail'),
  state: column.value('state'),
  domain: column.value('recipient_domain'),
  attempts: column.value('attempts'),
  provider: column.value('provider'),
  provider_message_id: column.value('provider_message_id'),
  due_at: column.timeOrNull('due_at'),
  expires_at: column.timeOrNull('expires_at'),
  created_at: column.timeOrNull('created_at'),
  changed_at: column.timeOrNull('changed_at'),
});

function read(row: object): FoundMail {
  const mail = columns.read(row);
  return PENDING.includes(mail.state) ? mail : { ...mail, due_at: null };
}

/** The ledger as operators look into it. */
export class MailSearch {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that changed last first. */
  async find({ recipientHash, userId, state, mail, providerMessageId, after, limit }: MailQuery): Promise<FoundMail[]> {
    const query = this.#mails()
      .orderBy(['changed_at', 'state', 'id'].map((column) => ({ column, order: 'desc' })))
      .limit(limit);
    if (after) {
      const place = [after.changedAt, after.state, idToBytes(after.id)];
      // The first condition is what the index is entered by: no database here uses one for the comparison of rows.
      query.where('changed_at', '<=', after.changedAt).whereRaw('(changed_at, state, id) < (?, ?, ?)', place);
    }
    if (recipientHash) query.where({ recipient_hash: recipientHash });
    if (userId) query.where({ user_id: idToBytes(userId) });
    if (state) query.where({ state });
    if (mail) query.where({ mail });
    if (providerMessageId) query.where({ provider_message_id: providerMessageId });
    // Ids alone come out of an index; whole rows would be read for each that a rare state passes over, a million of them in seconds.
    const ids = ((await query.select('id')) as { id: Buffer }[]).map(({ id }) => id);
    const rows: { id: Buffer }[] = ids.length === 0 ? [] : await this.#mails().whereIn('id', ids);
    const found = new Map(rows.map((row) => [row.id.toString('hex'), read(row)]));
    return ids.flatMap((id) => found.get(id.toString('hex')) ?? []);
  }

  async byId(id: Buffer): Promise<FoundMail | undefined> {
    const row = await this.#mails().where({ id }).first();
    return row && read(row);
  }

  /** Those that an event led to. */
  async byEvent(eventId: string): Promise<FoundMail[]> {
    const query = this.#mails().where(ofEvent(eventId));
    return (await query.orderBy('id').limit(100)).map(read);
  }

  #mails() {
    return this.#database.sql('mails');
  }
}
