import { UserEmailResendRequested } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { ada, context, TestJournal, testConfig, testLinkKeyWatch, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { VerificationRequests } from './verification-requests.ts';

let users: MemoryUserStore;
let rows: MemoryLinkTokenStore;
let signUps: SignUps;
let journal: TestJournal;
let requests: VerificationRequests;

beforeEach(() => {
  const config = testConfig();
  const clock = new FakeClock();
  users = new MemoryUserStore();
  rows = new MemoryLinkTokenStore();
  journal = new TestJournal();
  signUps = new SignUps(new MemorySignUpStore(), new Links(rows, config, clock, testLinkKeyWatch()), config, clock);
  requests = new VerificationRequests(users, signUps, journal, clock);
});

const signUp = (firstName: string) => signUps.add(tx, { ...ada, firstName }, context);

describe('VerificationRequests', () => {
  it('mail the link of the newest sign-up again, and leave that of every other as it is', async () => {
    const older = await signUp('Ada');
    const newer = await signUp('Augusta');
    await requests.request(tx, ada.email, undefined, context);
    const [asked] = journal.events.expectDispatched(UserEmailResendRequested);
    expect(asked?.data).toMatchObject({
      ...{ user_id: newer.signUp.id, first_name: 'Augusta' },
      token_id: newer.link.token_id,
    });
    expect(rows.rows.map(({ id }) => id).sort()).toEqual([older.link.token_id, newer.link.token_id].sort());
  });

  it('mail that of the browser that asks, though a stranger has signed up with the address since', async () => {
    const { secret, link } = await signUp('Ada');
    await signUp('Mallory');
    await requests.request(tx, ada.email, secret, context);
    expect(journal.events.dispatched).toMatchObject([{ data: { first_name: 'Ada', token_id: link.token_id } }]);
  });

  it('wait for a sign-up with the address that is under way, whatever there is', async () => {
    await signUp('Ada');
    const ofTheAddress = rows.held.splice(0);
    await requests.request(tx, ada.email, undefined, context);
    expect(rows.held.splice(0)).toEqual(ofTheAddress);
    users.users.set(ada.id, ada);
    await requests.request(tx, ada.email, undefined, context);
    expect(rows.held).toEqual(ofTheAddress);
  });

  it('do the same work, and mail nothing, for an account and for nobody', async () => {
    await signUp('Mallory');
    users.users.set(ada.id, ada);
    await requests.request(tx, ada.email, undefined, context);
    await requests.request(tx, 'nobody@example.com', undefined, context);
    expect(journal.events.types).toEqual(['user.request_ignored', 'user.request_ignored']);
    expect(JSON.stringify(journal.events.dispatched)).not.toContain('@');
    expect(rows.rows).toHaveLength(3);
    expect(rows.rows.map(({ userId }) => userId)).not.toContain(ada.id);
  });
});
