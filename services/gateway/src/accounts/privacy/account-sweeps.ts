import { pruneTable, type ScheduledFunction } from '@postern/durable';
import type { Clock, Database } from '@postern/runtime';
import { LOOK_BACK_MS } from '../passwords/former-passwords.ts';
import { REMEMBERED_MS } from '../sessions/devices.ts';
import { moveUnverified } from '../sign-ups/unverified-accounts.ts';

const DAY_MS = 86_400_000;

interface Expiring {
  table: string;
  /** The time that decides, and the key that rows are deleted by. */
  column: string;
  key: string[];
  /** How long a row is kept after that time, in milliseconds: what it still explains. */
  keepMs: (settings: Retention) => number;
  /** The second of each minute in which it is swept. */
  second: number;
}

/** What the settings say about how long things are kept. */
interface Retention {
  AUDIT_RETENTION_DAYS: number;
}

interface SweepContext {
  database: Database;
  clock: Clock;
  signal: AbortSignal;
  config: Retention;
}

const EXPIRING: readonly Expiring[] = [
  // A used or old link says so, and not "replaced", for a month.
  { table: 'link_tokens', column: 'expires_at', key: ['id'], keepMs: () => 30 * DAY_MS, second: 15 },
  { table: 'sign_ups', column: 'expires_at', key: ['id'], keepMs: () => 0, second: 21 },
  { table: 'sessions', column: 'expires_at', key: ['id'], keepMs: () => 7 * DAY_MS, second: 27 },
  { table: 'former_passwords', column: 'ended_at', key: ['id'], keepMs: () => LOOK_BACK_MS, second: 30 },
  { table: 'guesses', column: 'updated_at', key: ['subject'], keepMs: () => 2 * DAY_MS, second: 33 },
  // A device that was not seen for that long is a new one.
  {
    ...{ table: 'known_devices', column: 'last_seen_at', key: ['user_id', 'fingerprint'] },
    ...{ keepMs: () => REMEMBERED_MS, second: 39 },
  },
  { table: 'sign_in_challenges', column: 'expires_at', key: ['token_hash'], keepMs: () => 0, second: 45 },
  {
    ...{ table: 'audit_log', column: 'at', key: ['id'], second: 51 },
    keepMs: ({ AUDIT_RETENTION_DAYS }) => AUDIT_RETENTION_DAYS * DAY_MS,
  },
];

/** How far back accounts are looked for that a replica of an older release has made; `migrate` looks at all. */
const OLD_REPLICA_MS = DAY_MS;

/** Makes pending sign-ups of accounts that a replica of an older release has made without proof of their address. */
const unverified: ScheduledFunction<SweepContext> = {
  ...{ name: 'move-unverified-accounts', cron: '57 * * * * *' },
  run: async ({ database, clock, signal }) => {
    const now = clock.now();
    const since = new Date(now.getTime() - OLD_REPLICA_MS);
    while (!signal.aborted && (await moveUnverified(database.sql, { now, since })) > 0);
  },
};

/** Removes what has expired in the tables of the accounts, by primary or unique key: range deletes deadlock. */
export const accountSweeps: readonly ScheduledFunction<SweepContext>[] = [
  ...EXPIRING.map(({ table, column, key, keepMs, second }) => ({
    ...{ name: `prune-${table.replaceAll('_', '-')}`, cron: `${second} * * * * *` },
    run: ({ database, clock, signal, config }: SweepContext) =>
      pruneTable(database, {
        ...{ table, key, signal },
        where: (query) => query.where(column, '<', new Date(clock.now().getTime() - keepMs(config))),
      }),
  })),
  unverified,
];
