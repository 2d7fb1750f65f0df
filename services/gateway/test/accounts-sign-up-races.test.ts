import { afterAll, beforeAll, expect, it } from 'vitest';
import { PENDING_PER_ADDRESS } from '../src/accounts/sign-ups/crowding.ts';
import { Client } from './accounts/client.ts';
import { signUp } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

/** As often as the answer is to come again: they wait for each other, and on a busy machine for a connection of the pool. */
async function signedUp(email: string, from: string): Promise<number> {
  for (;;) {
    const { status } = await new Client(gateway.url).post('/v1/auth/register', signUp({ email }), { from });
    if (status !== 503) return status;
  }
}

it('sign-ups with one address at once leave no more pending than one by one', async () => {
  const { email } = signUp();
  const statuses = await Promise.all(
    Array.from({ length: PENDING_PER_ADDRESS + 8 }, (_, index) => signedUp(email, `203.0.113.${index}`)),
  );
  expect(new Set(statuses)).toEqual(new Set([201]));
  expect(await gateway.database.sql('sign_ups').where({ email })).toHaveLength(PENDING_PER_ADDRESS);
});
