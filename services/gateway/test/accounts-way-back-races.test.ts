import { idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressAssignment } from '../src/accounts/administration/address-assignment.ts';
import { type GatedPasswordHasher, startGated } from './accounts/gated-password-hasher.ts';
import { type SignedInPerson, verified } from './accounts/person.ts';
import { withSecondFactor } from './accounts/second-factor.ts';
import { moved, taken, wayBack, withPassword, withReset } from './accounts/taking.ts';
import type { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let hasher: GatedPasswordHasher;

beforeAll(async () => {
  ({ gateway, hasher } = await startGated());
});

afterAll(() => gateway.close());

/** What the link back is answered with when `meanwhile` happens while its hashes are compared. */
async function revertDuring(meanwhile: (thief: SignedInPerson) => Promise<unknown>) {
  const owner = await verified(gateway);
  const thief = await taken(gateway, owner);
  const token = await wayBack(gateway, owner);
  const { reached, open } = hasher.hold(owner.password);
  const answer = owner.client.post('/v1/auth/email/change/revert', { token, password: owner.password });
  await reached;
  await meanwhile(thief);
  open();
  const { status } = await answer;
  const user = await gateway.database
    .sql('users')
    .where({ id: idToBytes(owner.id) })
    .first('email');
  return { status, isBack: user.email === owner.email };
}

describe('a way back whose hashes are still being compared', () => {
  it.each<[string, (thief: SignedInPerson) => Promise<unknown>]>([
    ['sets another password', (thief) => withPassword(thief, 'in the nick of time')],
    ['resets the password at their mailbox', (thief) => withReset(gateway, thief, 'in the nick of time')],
    ['moves on', (thief) => moved(gateway, thief, `further.${thief.email}`)],
    ['turns a second factor on', (thief) => withSecondFactor(gateway, thief)],
    [
      'signs out everywhere',
      ({ client, accessToken: token }) => client.post('/v1/auth/logout-all', undefined, { token }),
    ],
  ])('succeeds when whoever took the account %s meanwhile', async (_what, meanwhile) => {
    expect(await revertDuring(meanwhile)).toEqual({ status: 200, isBack: true });
  });

  it('is not proven by a password that nobody remembers once it is replaced', async () => {
    const owner = await verified(gateway);
    let thief = await taken(gateway, owner);
    for (const count of ['one', 'two', 'three']) thief = await withPassword(thief, `number ${count} of mine`);
    const { password, client } = thief;
    const { reached, open } = hasher.hold(password);
    const answer = client.post('/v1/auth/email/change/revert', { token: await wayBack(gateway, owner), password });
    await reached;
    await withPassword(thief, 'the last one of mine');
    open();
    const { status, body } = await answer;
    expect([status, body.type]).toEqual([403, 'http://gateway.test/problems/wrong-password']);
  });

  it('changes nothing that an operator has decided meanwhile', async () => {
    const assign = ({ id, email }: SignedInPerson) =>
      gateway.container.get(AddressAssignment).assign(gateway.database, id, `own.${email}`, 'kim');
    expect(await revertDuring(assign)).toEqual({ status: 410, isBack: false });
  });
});

/** As often as the order of two requests that come at once should have come out both ways. */
const ROUNDS = 6;

describe('at the same moment', () => {
  it('the link is followed once, and a change of password leaves whoever took the account nothing', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = await verified(gateway);
      const thief = await taken(gateway, owner);
      const { password, client } = owner;
      const body = { token: await wayBack(gateway, owner), password };
      const mine = 'mine, at the same moment';
      const change = { current_password: password, password: mine, password_confirmation: mine };
      const [changed, ...reverted] = await Promise.all([
        thief.client.post('/v1/auth/password/change', change, { token: thief.accessToken }),
        client.post('/v1/auth/email/change/revert', body),
        client.post('/v1/auth/email/change/revert', body),
      ]);
      expect(reverted.map(({ status }) => status).sort()).toEqual([200, 410]);
      expect([200, 401, 403]).toContain(changed.status);
      for (const known of [password, mine]) {
        expect((await client.post('/v1/auth/login', { email: owner.email, password: known })).status).toBe(401);
      }
      const sessions = gateway.database.sql('sessions').where({ user_id: idToBytes(owner.id) });
      expect(await sessions.whereNull('revoked_at')).toEqual([]);
    }
  });
});
