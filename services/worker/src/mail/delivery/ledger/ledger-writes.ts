import { idToBytes, type Sql, toDate, traceIdOf } from '@postern/runtime';
import { type Change, ENTRY_COLUMNS, type LedgerEntry, type NewMail, toEntry } from './ledger-entry.ts';
import { encodePayload } from './mail-payload.ts';

const MAX_REASON = 500;
/** Payloads in one INSERT, in bytes: with what escaping adds it fits the smallest `max_allowed_packet` in use, 4 MB. */
const STATEMENT_BYTES = 1_048_576;

export interface MailLease {
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
function dueAtOf({ state, dueAt }: Change, now: Date, lease: MailLease): Date | null {
  return state === 'sending' ? new Date(now.getTime() + lease.ms) : (dueAt ?? null);
}

/** Which of the ids are in the ledger, in hex. */
export async function knownIds(tx: Sql, ids: readonly Buffer[]): Promise<Set<string>> {
  const rows: { id: Buffer }[] = await tx
    .sql('mails')
    .whereIn('id', [...ids])
    .select('id');
  return new Set(rows.map(({ id }) => Buffer.from(id).toString('hex')));
}

/**
 * Puts new mails into the ledger, all in one go. A duplicate-key error says that one of them is in it.
 *
 * @throws UnusablePayloadError when one of them is too large
 */
export async function insertMails(tx: Sql, fresh: readonly NewMail[], now: Date, lease: MailLease): Promise<void> {
  const rows = fresh.map(({ first, ...mail }) => {
    const dueAt = dueAtOf(first, now, lease);
    const traceId = traceIdOf(mail.payload.traceparent);
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
      user_id: mail.userId === undefined ? null : idToBytes(mail.userId),
      trace_id: traceId === undefined ? null : Buffer.from(traceId, 'hex'),
      payload: dueAt === null ? null : encodePayload(mail.payload),
      due_at: dueAt,
      lease_owner: first.state === 'sending' ? lease.owner : null,
      expires_at: mail.expiresAt,
      created_at: now,
      changed_at: now,
    };
  });
  for (const some of statements(rows)) await tx.sql('mails').insert(some);
  await addHistory(
    tx,
    now,
    fresh.map(({ id, first }) => ({ id, number: 1, ...first })),
  );
}

/** Rows by the statement: many small ones, or few that are large. */
function statements<Row extends { payload: string | null }>(rows: readonly Row[]): Row[][] {
  const all: Row[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const more = Buffer.byteLength(row.payload ?? '');
    if (bytes + more > STATEMENT_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(row);
    bytes += more;
  }
  return all;
}

/** Changes one mail if it is still at the version that was read. False: somebody else was first. */
export async function changeMail(
  tx: Sql,
  entry: LedgerEntry,
  change: Change,
  now: Date,
  lease: MailLease,
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
      attempts: change.attempts ?? entry.attempts + (change.state === 'sending' ? 1 : 0),
      unknowns: change.unknowns ?? entry.unknowns,
      ...(change.provider === undefined ? {} : { provider: change.provider }),
      ...(change.providerMessageId === undefined ? {} : { provider_message_id: change.providerMessageId }),
      ...(dueAt === null ? { payload: null } : {}),
    });
  if (changed === 0) return false;
  // Waiting on (for a breaker, a rate limit) is not a change of state; an hour of it would write a row a minute.
  const waitsOn = change.state === entry.state && change.state !== 'sending' && dueAt !== null;
  if (!waitsOn || change.byHand) await addHistory(tx, now, [{ id: entry.id, number: entry.version + 1, ...change }]);
  return true;
}

/** A change that many mails which this process is sending make alike. */
interface Advance {
  state: 'sending' | 'accepted';
  set: Record<string, unknown>;
}

/**
 * Notes that the bodies of these mails are about to be handed over, all in one go: from here on a sender that dies leaves
 * them `unknown`, and a mail without the note was certainly not handed over. Answers with those that are this process's no more, because another replica took it for dead.
 */
export async function beginBodies(
  tx: Sql,
  entries: readonly LedgerEntry[],
  lease: MailLease,
): Promise<Set<LedgerEntry>> {
  const lost = new Set(entries);
  for (const [version, same] of Map.groupBy(entries, (entry) => entry.version)) {
    const set = { unknowns: tx.sql.raw('unknowns + 1') };
    for (const entry of await advance(tx, version, same, { state: 'sending', set }, lease)) lost.delete(entry);
  }
  return lost;
}

/** A mail that its provider has taken. */
export interface AcceptedMail {
  entry: LedgerEntry;
  reason: string;
  providerMessageId: string | undefined;
}

/**
 * Marks mails that this process was sending as accepted, all in one go. Answers with those that it did not find as it
 * left them, because another replica took it for dead.
 */
export async function acceptMails(
  tx: Sql,
  accepted: readonly AcceptedMail[],
  now: Date,
  lease: MailLease,
): Promise<Set<LedgerEntry>> {
  const reasons = new Map(accepted.map(({ entry, reason }) => [entry, reason]));
  const lost = new Set(reasons.keys());
  const named = accepted.filter(({ providerMessageId }) => providerMessageId !== undefined);
  const ids = named.flatMap(({ entry, providerMessageId }) => [entry.id, providerMessageId as string]);
  const byId = `CASE id ${'WHEN ? THEN ? '.repeat(named.length)}ELSE provider_message_id END`;
  for (const [version, same] of Map.groupBy(lost, (entry) => entry.version)) {
    const set = {
      ...{ due_at: null, payload: null, changed_at: now },
      ...(named.length > 0 ? { provider_message_id: tx.sql.raw(byId, ids) } : {}),
    };
    const done = await advance(tx, version, same, { state: 'accepted', set }, lease);
    for (const entry of done) lost.delete(entry);
    if (done.length === 0) continue;
    await addHistory(
      tx,
      now,
      done.map((entry) => ({
        id: entry.id,
        number: version + 1,
        state: 'accepted',
        reason: reasons.get(entry) as string,
      })),
    );
  }
  return lost;
}

/** Takes mails of one version that this process is sending to the next; answers with those it found so. */
async function advance(
  tx: Sql,
  version: number,
  entries: readonly LedgerEntry[],
  { state, set }: Advance,
  lease: MailLease,
): Promise<readonly LedgerEntry[]> {
  const ids = entries.map(({ id }) => id);
  const changed = await tx
    .sql('mails')
    .whereIn('id', ids)
    .where({ version, state: 'sending', lease_owner: lease.owner })
    .update({ ...set, state, version: version + 1 });
  if (changed === entries.length) return entries;
  // The owner stays in the row, so it shows which of them this statement changed.
  const rows: { id: Buffer }[] = await tx
    .sql('mails')
    .whereIn('id', ids)
    .where({ version: version + 1, state, lease_owner: lease.owner })
    .select('id');
  const found = new Set(rows.map(({ id }) => Buffer.from(id).toString('hex')));
  return entries.filter(({ id }) => found.has(id.toString('hex')));
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
  const rows = await tx
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
