import { idToBytes, newId } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { signUps } from '../migrations/sign-ups.ts';
import { moveUnverified } from '../src/accounts/sign-ups/unverified-accounts.ts';
import { registered, signedIn } from './accounts/person.ts';
import { runSchedules } from './accounts/run-schedules.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const at = new Date('2026-11-01T00:00:00Z');

function user(email: string, email_verified_at: Date | null) {
  const names = { first_name: 'Ada', last_name: 'Lovelace', mobile_number: null, locale: 'en' };
  const id = idToBytes(newId());
  return {
    id,
    email,
    ...names,
    password_hash: 'x',
    email_verified_at,
    disabled_at: null,
    created_at: at,
    updated_at: at,
  };
}

describe('migrating accounts that were never verified', () => {
  it('makes pending sign-ups of them, which no secret confirms, and leaves the others as they are', async () => {
    const { database, close } = await testDatabase('accounts');
    try {
      await database.migrate(migrations.slice(0, migrations.indexOf(signUps)));
      const { sql, dialect } = database;
      const people = [user('ada@example.com', at), user('waiting@example.com', null)];
      await sql('users').insert(people);
      await sql('user_roles').insert(people.map(({ id }) => ({ user_id: id, role: 'admin' })));
      // Broken off right after the table was made, before its indexes and before anything was copied.
      await sql.schema.createTable('sign_ups', (table) => table.binary('id', 16).primary());
      await database.migrate(migrations);
      // Broken off after it was done, and before that was noted.
      await signUps.up(sql, dialect);
      expect(await sql('users').pluck('email')).toEqual(['ada@example.com']);
      expect(await sql('user_roles').pluck('user_id')).toEqual([people[0]?.id]);
      expect(await sql('sign_ups').select('id', 'email', 'password_hash', 'secret_hash')).toEqual([
        { id: people[1]?.id, email: 'waiting@example.com', password_hash: 'x', secret_hash: Buffer.alloc(32) },
      ]);
    } finally {
      await close();
    }
  });
});

describe('an account that a replica of an earlier release makes after the migration', () => {
  it.each(['a schedule', 'the next migrate'])('becomes a pending sign-up by %s, which can be confirmed', async (by) => {
    const gateway = await TestGateway.start();
    try {
      const { database, clock } = gateway;
      const { sql } = database;
      const { email, password, client, verifyToken: token } = await registered(gateway);
      const [signUp] = await sql('sign_ups').where({ email });
      await sql('sign_ups').delete();
      await sql('link_tokens').delete();
      const { secret_hash: _, device: __, address_range: ___, expires_at: ____, ...person } = signUp;
      // As it wrote them: of that very address, without what came later.
      await sql('users').insert({
        ...person,
        email_verified_at: null,
        disabled_at: null,
        updated_at: person.created_at,
      });
      await sql('user_roles').insert({ user_id: person.id, role: 'user' });
      const verified = await signedIn(gateway);

      if (by === 'a schedule') await runSchedules(gateway, 0);
      else while ((await moveUnverified(sql, { now: clock.now() })) > 0);

      expect(await sql('users').pluck('email')).toEqual([verified.email]);
      expect(await sql('user_roles').where({ user_id: person.id })).toEqual([]);
      await client.post('/v1/auth/email/resend', { email });
      expect((await client.post('/v1/auth/email/verify', { token, password })).status).toBe(200);
      expect((await client.post('/v1/auth/login', { email, password })).status).toBe(200);
    } finally {
      await gateway.close();
    }
  });
});
