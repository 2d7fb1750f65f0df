import { pruneTable } from '@postern/durable';
import type { Database } from '@postern/runtime';
import type { Sweep } from '../../housekeeping.ts';
import { REMEMBERED_MS } from '../sessions/devices.ts';
import { moveUnverified } from '../sign-ups/unverified-accounts.ts';

const DAY_MS = 86_400_000;

interface Expiring {
  table: string;
  /** The time that decides, and the key that rows are deleted by. */
  column: string;
  key: string[];
  /** How long a row is kept after that time, in milliseconds: what it still explains. */
  keepMs: number;
}

/** What the settings say about how long things are kept. */
interface Retention {
  auditDays: number;
}

const EXPIRING: readonly Expiring[] = [
  // A used or old link says so, and not "replaced", for a month.
  { table: 'link_tokens', column: 'expires_at', key: ['id'], keepMs: 30 * DAY_MS },
  { table: 'sign_ups', column: 'expires_at', key: ['id'], keepMs: 0 },
  { table: 'sessions', column: 'expires_at', key: ['id'], keepMs: 7 * DAY_MS },
  { table: 'guesses', column: 'updated_at', key: ['subject'], keepMs: 2 * DAY_MS },
  // A device that was not seen for that long is a new one.
  { table: 'known_devices', column: 'last_seen_at', key: ['user_id', 'fingerprint'], keepMs: REMEMBERED_MS },
  { table: 'sign_in_challenges', column: 'expires_at', key: ['token_hash'], keepMs: 0 },
];

/** How far back accounts are looked for that a replica of an older release has made; `migrate` looks at all. */
const OLD_REPLICA_MS = DAY_MS;

/**
 * Removes what has expired in the tables of the accounts, by primary or unique key (range deletes deadlock), and makes pending
 * sign-ups of accounts that a replica of an older release has made without proof of their address.
 */
export function accountSweeps(database: Database, { auditDays }: Retention): Sweep[] {
  const audit: Expiring = { table: 'audit_log', column: 'at', key: ['id'], keepMs: auditDays * DAY_MS };
  const unverified: Sweep = {
    name: 'unverified accounts',
    run: (now) => moveUnverified(database.sql, { now: new Date(now), since: new Date(now - OLD_REPLICA_MS) }),
  };
  const expired = [...EXPIRING, audit].map(({ table, column, key, keepMs }) => ({
    name: table,
    run: (now: number, signal?: AbortSignal) =>
      pruneTable(database, {
        ...{ table, key, signal },
        where: (query) => query.where(column, '<', new Date(now - keepMs)),
      }),
  }));
  return [unverified, ...expired];
}
