import { Columns, column } from '@postern/runtime';
import { decodePayload, type MailPayload } from './mail-payload.ts';
import type { MailState } from './states.ts';

/** A mail as the ledger has it, at the version that was read. */
export interface LedgerEntry {
  readonly id: Buffer;
  readonly key: string;
  readonly mail: string;
  readonly state: MailState;
  readonly version: number;
  /** How often it was begun to be sent. */
  readonly attempts: number;
  /** Bodies that a provider may have, because nobody knows what came of them; that of a try under way from its note on. */
  readonly unknowns: number;
  /** The provider that had it last. */
  readonly provider: string | undefined;
  readonly recipientHash: Buffer;
  readonly recipientDomain: string;
  readonly payload: MailPayload | undefined;
  /** Why the row cannot be read to its end; such a mail cannot be sent. */
  readonly fault: string | undefined;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

export interface NewMail {
  id: Buffer;
  key: string;
  mail: string;
  /** Whose it is, where it is somebody's. */
  userId?: string | undefined;
  recipientHash: Buffer;
  recipientDomain: string;
  payload: MailPayload;
  expiresAt: Date;
  /** The state it enters the ledger with, and why. */
  first: Change;
}

/** A change of a mail's state. */
export interface Change {
  state: MailState;
  /** For the people who read the history; never an address. Cut at 500 characters. */
  reason: string;
  /**
   * When somebody has to look again. Without it nobody will: the mail is done, and its payload is emptied. Of one that was kept back that is
   * all that is to be done then.
   */
  dueAt?: Date | undefined;
  provider?: string | undefined;
  providerMessageId?: string | undefined;
  /** The entry's `unknowns` from now on, when it changes. */
  unknowns?: number | undefined;
  /** The entry's `attempts` from now on, where one that was counted did not come about. */
  attempts?: number | undefined;
  /** Somebody did it by hand: it is in the history though the state stays. */
  byHand?: true;
}

const columns = new Columns<Omit<LedgerEntry, 'payload' | 'fault'>>({
  id: column.value('id'),
  key: column.value('mail_key'),
  mail: column.value('mail'),
  state: column.value('state'),
  version: column.value('version'),
  attempts: column.value('attempts'),
  unknowns: column.value('unknowns'),
  provider: column.valueOrUndefined('provider'),
  recipientHash: column.value('recipient_hash'),
  recipientDomain: column.value('recipient_domain'),
  expiresAt: column.time('expires_at'),
  createdAt: column.time('created_at'),
});

export const ENTRY_COLUMNS: readonly string[] = [...columns.names, 'payload'];

/** A row as an entry. Never throws: one that cannot be read is a fault of that one mail, and others were read with it. */
export function toEntry(row: { payload: string | null }): LedgerEntry {
  const read = row.payload === null ? { payload: undefined } : decodePayload(row.payload);
  const entry = columns.read(row);
  const timeless = Number.isNaN(entry.expiresAt.getTime()) || Number.isNaN(entry.createdAt.getTime());
  return {
    ...entry,
    payload: 'payload' in read ? read.payload : undefined,
    fault: timeless ? 'its times cannot be read' : 'fault' in read ? read.fault : undefined,
  };
}
