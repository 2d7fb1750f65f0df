import { randomBytes } from 'node:crypto';
import { bytesToId, idToBytes } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Links } from '../src/accounts/links/links.ts';
import { Devices } from '../src/accounts/sessions/devices.ts';
import { ENDINGS, Endings } from '../src/accounts/sessions/endings.ts';
import { ChallengeStore } from '../src/accounts/two-factor/challenge-store.ts';
import { UserStore } from '../src/accounts/users/user-store.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

/** Somebody with two sessions, a link for each purpose and a sign-in that waits for its second factor. */
async function busyPerson() {
  const person = await signedIn(gateway);
  await signedIn(gateway, person);
  const [mine] = (await sessionsOf(person.id)) as [{ id: Buffer }];
  await gateway.database.transaction(async (tx) => {
    const links = gateway.container.get(Links);
    for (const purpose of ['reset-password', 'change-email', 'restore-email'] as const) {
      await links.issue(tx, { userId: person.id, purpose, recipient: person.email, newEmail: `x.${person.email}` });
    }
    const later = new Date(gateway.clock.now().getTime() + 60_000);
    await gateway.container.get(ChallengeStore).create(tx, randomBytes(32), person.id, later);
  });
  return { person, mine: mine.id };
}

const sessionsOf = (userId: string) =>
  gateway.database
    .sql('sessions')
    .where({ user_id: idToBytes(userId) })
    .whereNull('revoked_at')
    .orderBy('id');

const purposesOf = async (userId: string) =>
  (
    await gateway.database
      .sql('link_tokens')
      .where({ user_id: idToBytes(userId) })
      .whereNull('used_at')
      .orderBy('purpose')
  ).map(({ purpose }: { purpose: string }) => purpose);

const knows = async ({ id, deviceToken }: { id: string; deviceToken: string }) => {
  const user = await gateway.container.get(UserStore).byId(gateway.database, id);
  return user !== undefined && gateway.container.get(Devices).read(user, deviceToken) !== undefined;
};

const waiting = async (userId: string) =>
  (await gateway.database.sql('sign_in_challenges').where({ user_id: idToBytes(userId) })).length;

describe('a change ends what the table says, and nothing else', () => {
  it.each(Object.entries(ENDINGS))('%s', async (change, { sessions, links, challenges, devices }) => {
    const { person, mine } = await busyPerson();
    const endings = gateway.container.get(Endings);
    await gateway.database.transaction(async (tx) => {
      if (sessions === 'one') await endings.endOne(tx, person.id, bytesToId(mine), change as 'session-ended');
      else
        await endings.end(
          tx,
          person.id,
          change as 'password-reset',
          sessions === 'others' ? bytesToId(mine) : undefined,
        );
    });
    const left = (await sessionsOf(person.id)).map(({ id }: { id: Buffer }) => id.toString('hex'));
    expect(left).toHaveLength({ all: 0, others: 1, one: 1, none: 2 }[sessions]);
    if (sessions === 'others') expect(left).toEqual([mine.toString('hex')]);
    if (sessions === 'one') expect(left).not.toContain(mine.toString('hex'));
    const kept = ['change-email', 'reset-password', 'restore-email'].filter(
      (purpose) => !(links as string[]).includes(purpose),
    );
    expect(await purposesOf(person.id)).toEqual(kept);
    expect(await waiting(person.id)).toBe(challenges ? 0 : 1);
    expect(await knows(person)).toBe(!devices);
  });
});
