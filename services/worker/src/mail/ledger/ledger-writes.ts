import { type Sql, toDate } from '@postern/runtime';
import { type Change, ENTRY_COLUMNS, type LedgerEntry, type MailRow, type NewMail, toEntry } from './ledger-entry.ts';

const MAX_REASON = 500;

export interface Lease {
  owner: Buffer;
  ms: number;
}

interface History {
  id: Buffer;
  number: number;
  state: string;
  reason: string;
}

/** When a change's row is due again: a lease while it is being sent, the change's own time otherwise. */
function dueAtOf({ state, dueAt }: Change, now: Date, lease: Lease): Date | null {
  return state === 'sending' ? new Date(now.getTime() + lease.ms) : (dueAt ?? null);
}

/** Which of the ids are in the ledger, in hex. */
export async function knownIds(tx: Sql, ids: readonly Buffer[]): Promise<Set<string>> {
  const rows: Pick<MailRow, 'id'>[] = await tx
    .sql('mails')
    .whereIn('id', [...ids])
    .select('id');
  return new Set(rows.map(({ id }) => Buffer.from(id).toString('hex')));
}

/** Puts new mails into the ledger, all in one go. A duplicate-key error says that one of them is in it. */
export async function insertMails(tx: Sql, fresh: readonly NewMail[], now: Date, lease: Lease): Promise<void> {
  await tx.sql('mails').insert(
    fresh.map(({ first, ...mail }) => {
      const dueAt = dueAtOf(first, now, lease);
      return {
        id: mail.id,
        mail_key: mail.key,
        mail: mail.mail,
        state: first.state,
        version: 1,
        attempts: first.state === 'sending' ? 1 : 0,
        unknowns: 0,
        provider: first.provider ?? null,
        recipient_hash: mail.recipientHash,
        recipient_domain: mail.recipientDomain,
        payload: dueAt === null ? null : JSON.stringify(mail.payload),
        due_at: dueAt,
        lease_owner: first.state === 'sending' ? lease.owner : null,
        expires_at: mail.expiresAt,
        created_at: now,
        changed_at: now,
      };
    }),
  );
  await addHistory(
    tx,
    now,
    fresh.map(({ id, first }) => ({ id, number: 1, ...first })),
  );
}

/** Changes one mail if it is still at the version that was read. False: somebody else was first. */
export async function changeMail(
  tx: Sql,
  entry: LedgerEntry,
  change: Change,
  now: Date,
  lease: Lease,
): Promise<boolean> {
  const dueAt = dueAtOf(change, now, lease);
  const changed = await tx
    .sql('mails')
    .where({ id: entry.id, version: entry.version })
    .update({
      state: change.state,
      version: entry.version + 1,
      due_at: dueAt,
      ...(change.state === 'sending' ? { lease_owner: lease.owner } : {}),
      changed_at: now,
      ...(change.state === 'sending' ? { attempts: entry.attempts + 1 } : {}),
      ...(change.fateLost ? { unknowns: entry.unknowns + 1 } : {}),
      ...(change.provider === undefined ? {} : { provider: change.provider }),
      ...(change.providerMessageId === undefined ? {} : { provider_message_id: change.providerMessageId }),
      ...(dueAt === null ? { payload: null } : {}),
    });
  if (changed === 0) return false;
  // Waiting on (for a breaker, a rate limit) is no change of state; an hour of it would write a row a minute.
  const waitsOn = change.state === entry.state && change.state !== 'sending' && !change.fateLost && dueAt !== null;
  if (!waitsOn) await addHistory(tx, now, [{ id: entry.id, number: entry.version + 1, ...change }]);
  return true;
}

/**
 * Marks mails that this process was sending as accepted, all in one go. Answers with those that it did not find as it
 * left them, because another replica took their sender for dead.
 */
export async function acceptMails(
  tx: Sql,
  accepted: readonly { entry: LedgerEntry; reason: string }[],
  now: Date,
  lease: Lease,
): Promise<Set<LedgerEntry>> {
  const lost = new Set(accepted.map(({ entry }) => entry));
  for (const [version, items] of Map.groupBy(accepted, ({ entry }) => entry.version)) {
    for (const entry of await acceptAt(tx, version, items, now, lease)) lost.delete(entry);
  }
  return lost;
}

async function acceptAt(
  tx: Sql,
  version: number,
  items: { entry: LedgerEntry; reason: string }[],
  now: Date,
  lease: Lease,
): Promise<Set<LedgerEntry>> {
  const ids = items.map(({ entry }) => entry.id);
  const changed = await tx
    .sql('mails')
    .whereIn('id', ids)
    .where({ version, state: 'sending', lease_owner: lease.owner })
    .update({ state: 'accepted', version: version + 1, due_at: null, payload: null, changed_at: now });
  let done = items;
  if (changed !== items.length) {
    // The owner stays in the row, so it tells which of them this statement changed.
    const rows: Pick<MailRow, 'id'>[] = await tx
      .sql('mails')
      .whereIn('id', ids)
      .where({ version: version + 1, state: 'accepted', lease_owner: lease.owner })
      .select('id');
    const found = new Set(rows.map(({ id }) => Buffer.from(id).toString('hex')));
    done = items.filter(({ entry }) => found.has(entry.id.toString('hex')));
  }
  if (done.length > 0) {
    await addHistory(
      tx,
      now,
      done.map(({ entry, reason }) => ({ id: entry.id, number: version + 1, state: 'accepted', reason })),
    );
  }
  return new Set(done.map(({ entry }) => entry));
}

async function addHistory(tx: Sql, at: Date, changes: readonly History[]): Promise<void> {
  await tx.sql('mail_changes').insert(
    changes.map(({ id, number, state, reason }) => ({
      mail_id: id,
      number,
      state,
      reason: reason.slice(0, MAX_REASON),
      at,
    })),
  );
}

/** Reads mails as they are now. */
export async function readMails(tx: Sql, ids: readonly Buffer[]): Promise<LedgerEntry[]> {
  const rows: MailRow[] = await tx
    .sql('mails')
    .whereIn('id', [...ids])
    .select(...ENTRY_COLUMNS);
  return rows.map(toEntry);
}

export interface MailChange {
  number: number;
  state: string;
  reason: string;
  at: Date;
}

export async function readHistory(tx: Sql, id: Buffer): Promise<MailChange[]> {
  const rows: (Omit<MailChange, 'at'> & { at: unknown })[] = await tx
    .sql('mail_changes')
    .where({ mail_id: id })
    .orderBy('number')
    .select('number', 'state', 'reason', 'at');
  return rows.map((row) => ({ ...row, at: toDate(row.at) as Date }));
}
