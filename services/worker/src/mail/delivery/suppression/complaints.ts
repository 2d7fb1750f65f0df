import { type Sql, toDate } from '@postern/runtime';
import type { SuppressionFilter } from './suppression-filter.ts';

/** What the history says of a complaint. */
const COMPLAINED = 'added: complained';
/** And of a suppression that is lifted, where a complaint from before it stays. */
export const KEPT = 'kept: complained';

interface Entry {
  recipient_hash: Buffer;
  action: string;
  reason: string;
  at: unknown;
}

/**
 * Of suppressions that are to be lifted, those that took the place of a complaint are for that complaint again, where it was not chosen itself: who
 * complained and bounced in an outage must not get all mail again because the outage is over.
 *
 * @param filter what was chosen to be lifted
 * @returns those that stay on the list
 */
export async function keepComplaints(
  { sql }: Sql,
  hashes: readonly Buffer[],
  { cause, since, before }: SuppressionFilter,
): Promise<Buffer[]> {
  if (cause === 'complained') return [];
  // By the time that all hosts share: an id begins with that of its own.
  const history: Entry[] = await sql('suppression_audit')
    .whereIn('recipient_hash', [...hashes])
    .whereIn('action', [COMPLAINED, 'removed'])
    .orderBy(['at', 'id'])
    .select('recipient_hash', 'action', 'reason', 'at');
  const last = new Map(history.map((entry) => [Buffer.from(entry.recipient_hash).toString('hex'), entry]));
  const kept: Buffer[] = [];
  for (const { recipient_hash, action, reason, at } of last.values()) {
    const created_at = toDate(at) as Date;
    const isChosen = cause === undefined && (!since || created_at >= since) && (!before || created_at < before);
    if (action !== COMPLAINED || isChosen) continue;
    const row = { cause: 'complained', reason, created_at, ends_at: null };
    await sql('suppressions').where({ recipient_hash }).update(row);
    kept.push(Buffer.from(recipient_hash));
  }
  return kept;
}
