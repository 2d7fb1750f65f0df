import { UserPasswordResetRequested } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { ada, context, TestJournal, testConfig, testLinkKeyWatch, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import type { User } from '../users/user.ts';
import { RecoveryRequests } from './recovery-requests.ts';

let users: MemoryUserStore;
let links: MemoryLinkTokenStore;
let journal: TestJournal;
let requests: RecoveryRequests;

beforeEach(() => {
  users = new MemoryUserStore();
  links = new MemoryLinkTokenStore();
  journal = new TestJournal();
  const clock = new FakeClock();
  requests = new RecoveryRequests(users, new Links(links, testConfig(), clock, testLinkKeyWatch()), journal, clock);
});

describe('RecoveryRequests', () => {
  it('publish a link for whoever has an account', async () => {
    users.users.set(ada.id, ada);
    await requests.request(tx, ada.email, context);
    journal.events.expectDispatched(
      UserPasswordResetRequested,
      ({ data }) => data.user_id === ada.id && data.token_id === links.rows[0]?.id,
    );
  });

  it('report when and from where it was asked for, of the address only its network, whether there is an account or not', async () => {
    users.users.set(ada.id, ada);
    await requests.request(tx, ada.email, context);
    await requests.request(tx, 'nobody@example.com', context);
    const origin = { at: '2026-01-01T00:00:00.000Z', device: 'Firefox on Linux', address_range: '203.0.113.0/24' };
    expect(journal.events.types).toEqual(['user.password_reset_requested', 'user.request_ignored']);
    for (const { data } of journal.events.dispatched) expect(data).toMatchObject(origin);
    expect(JSON.stringify(journal.events.dispatched)).not.toContain(context.address);
  });

  it.each<[string, User | undefined]>([
    ['erased', undefined],
    ['disabled', { ...ada, disabledAt: new Date() }],
    ['moved to another address', { ...ada, email: 'ada@example.org' }],
  ])('mail nothing to whoever is %s while they are made, and leave no link', async (_what, meanwhile) => {
    users.users.set(ada.id, ada);
    users.lock = async () => meanwhile;
    await requests.request(tx, ada.email, context);
    expect(journal.events.types).toEqual(['user.request_ignored']);
    expect(links.rows).toEqual([]);
  });

  it('do the same work for whoever has none or is disabled, of which nothing comes', async () => {
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    await requests.request(tx, ada.email, context);
    await requests.request(tx, 'nobody@example.com', context);
    expect(journal.events.types).toEqual(['user.request_ignored', 'user.request_ignored']);
    expect(JSON.stringify(journal.events.dispatched)).not.toContain('@');
    expect(links.rows.map(({ userId }) => userId)).not.toContain(ada.id);
    expect(journal.audit.summary).toEqual(['request-password-reset failure', 'request-password-reset failure']);
  });
});
