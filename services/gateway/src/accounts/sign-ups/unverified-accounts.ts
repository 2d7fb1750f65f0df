import type { Knex } from 'knex';

const WEEK_MS = 7 * 86_400_000;
/** Rows in one statement: few enough that nobody waits for their locks. */
const BATCH = 500;

interface UnverifiedOptions {
  now: Date;
  /** Only accounts made since then: by their ids (UUIDv7), so that a large table is not read as a whole. Default: all. */
  since?: Date;
}

/**
 * Makes pending sign-ups of accounts that were never verified, at most 500 at a time: releases before pending sign-ups made
 * accounts at once, and a replica of theirs may do so after the schema was migrated. Nobody could verify such an account now, and it
 * would keep its address from everybody. It may be broken off anywhere and begun again, and run while others do: an account is
 * removed only when its copy is there.
 *
 * @returns how many were moved
 */
export async function moveUnverified(sql: Knex, { now, since }: UnverifiedOptions): Promise<number> {
  const found = sql('users').whereNull('email_verified_at').orderBy('id').limit(BATCH);
  const ids: Buffer[] = await (since === undefined ? found : found.where('id', '>=', firstIdOf(since))).pluck('id');
  if (ids.length === 0) return 0;
  const marks = ids.map(() => '?').join(', ');
  const unverified = `id IN (${marks}) AND email_verified_at IS NULL`;
  // No browser was given a secret: no value has this hash, and the link asks for the password.
  const noSecret = Buffer.alloc(32);
  await sql.raw(
    `INSERT INTO sign_ups (id, email, first_name, last_name, mobile_number, locale, password_hash, secret_hash, device,
      address_range, created_at, expires_at)
    SELECT id, email, first_name, last_name, mobile_number, locale, password_hash, ?, 'Unknown device', 'unknown', created_at, ?
    FROM users WHERE ${unverified} AND NOT EXISTS (SELECT 1 FROM sign_ups WHERE sign_ups.id = users.id)`,
    [noSecret, new Date(now.getTime() + WEEK_MS), ...ids],
  );
  await sql.raw(`DELETE FROM user_roles WHERE user_id IN (SELECT id FROM users WHERE ${unverified})`, ids);
  return sql('users')
    .whereIn('id', ids)
    .whereNull('email_verified_at')
    .whereExists(sql('sign_ups').select(sql.raw('1')).whereRaw('sign_ups.id = users.id'))
    .delete();
}

/** RFC 9562, 5.7: the first 48 bits of a UUIDv7 are its milliseconds. */
function firstIdOf(time: Date): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.max(0, time.getTime()), 0, 6);
  return id;
}
