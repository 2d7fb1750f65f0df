import { idToBytes, newId } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { userSearch } from '../migrations/user-search.ts';
import { actingAs, administrator } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await TestGateway.start();
  const admin = await administrator(gateway);
  token = admin.accessToken;
  const names = { first_name: 'Änne', last_name: 'Straßer_100%' };
  const change = await actingAs(admin).send('PATCH', '/v1/auth/user', names);
  expect(change.status).toBe(200);
});
afterAll(() => gateway.close());

/** The answer's own schema is held against it elsewhere. */
type Found = { items: { first_name: string }[]; errors: { parameter: string }[] };

async function search(text: string): Promise<{ status: number; body: Found }> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${gateway.url}/v1/users?search=${encodeURIComponent(text)}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Found };
}

describe('the search for users', () => {
  it.each(['änne', 'Änne', 'A\u0308NNE', 'anne', 'ÄNNE STRASSER', 'straßer', 'sser_100%', '@EXAMPLE.com'])(
    'finds part of a name or address whatever its case and accents, alike on every database: %s',
    async (text) => {
      const { body } = await search(text);
      expect(body.items.map((item) => item.first_name)).toEqual(['Änne']);
    },
  );

  it.each(['%', 'a_ne', 'anneXstrasser', 'enne'])('finds nothing by what is not there: %s', async (text) => {
    const { body } = await search(text);
    expect(body.items).toHaveLength(text === '%' ? 1 : 0);
  });

  it.each(['\u0000', 'a\nb', '\u001b', '\u200b', ' '])('refuses what nobody can have typed: %j', async (text) => {
    const { status, body } = await search(text);
    expect([status, body.errors[0]?.parameter]).toEqual([422, 'search']);
  });

  it('has its columns filled for those who were there before, also when that was cut off half-way', async () => {
    const db = await testDatabase('user-search');
    onTestFinished(() => db.close());
    const { database } = db;
    await database.migrate(migrations.filter(({ name }) => name !== userSearch.name));
    const row = (email: string) => ({
      ...{ id: idToBytes(newId()), email, first_name: 'Änne', last_name: 'B', locale: 'en', password_hash: 'x' },
      ...{ created_at: new Date(), updated_at: new Date() },
    });
    await database.sql('users').insert([row('a@xn--mller-kva.de'), row('b@example.com')]);
    await userSearch.up(database.sql, database.dialect);
    await database.sql('users').where({ email: 'b@example.com' }).update({ search_email: null });
    await database.migrate(migrations);
    const rows = await database.sql('users').orderBy('email').select('search_name', 'search_email');
    expect(rows).toEqual([
      { search_name: 'anne b', search_email: 'a@xn--mller-kva.de a@muller.de' },
      { search_name: 'anne b', search_email: 'b@example.com' },
    ]);
  });
});
