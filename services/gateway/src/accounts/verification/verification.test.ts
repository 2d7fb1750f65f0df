import { linkToken } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { ada, context, TestJournal, testConfig, testLinkKeys, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { Verification } from './verification.ts';

let users: MemoryUserStore;
let links: Links;
let rows: MemoryLinkTokenStore;
let journal: TestJournal;
let verification: Verification;

beforeEach(() => {
  users = new MemoryUserStore();
  users.users.set(ada.id, { ...ada, emailVerifiedAt: null });
  rows = new MemoryLinkTokenStore();
  links = new Links(rows, testConfig(), new FakeClock());
  journal = new TestJournal();
  verification = new Verification(users, links, journal);
});

async function link(): Promise<string> {
  const { token_id } = await links.issue(tx, { userId: ada.id, purpose: 'verify-email', recipient: ada.email });
  return linkToken(testLinkKeys, 'verify-email', token_id, ada.email);
}

describe('Verification', () => {
  it('marks the address as proven, and tells of it', async () => {
    await verification.verify(tx, await link(), context);
    expect(users.users.get(ada.id)?.emailVerifiedAt).not.toBeNull();
    expect(journal.types).toEqual(['user.email_verified']);
    expect(journal.audit.summary).toEqual(['verify-email success']);
  });

  it('tells of a proof once, though a person may follow two links', async () => {
    await verification.verify(tx, await link(), context);
    await verification.verify(tx, await link(), context);
    expect(journal.types).toEqual(['user.email_verified']);
  });

  it('has nothing to prove for a person who was erased', async () => {
    const token = await link();
    users.users.delete(ada.id);
    await expect(verification.verify(tx, token, context)).rejects.toMatchObject({ type: 'link-replaced' });
  });

  it('mails another link to who waits for one', async () => {
    await verification.resend(tx, ada.email, context);
    expect(journal.published).toMatchObject([
      { type: 'user.email_resend_requested', data: { user_id: ada.id, token_id: rows.rows[0]?.id } },
    ]);
  });

  it('does the same work, and mails nothing, for everybody else', async () => {
    users.users.set(ada.id, ada);
    await verification.resend(tx, ada.email, context);
    await verification.resend(tx, 'nobody@example.com', context);
    expect(journal.types).toEqual(['user.request_ignored', 'user.request_ignored']);
    expect(rows.rows).toHaveLength(2);
    expect(rows.rows.map(({ userId }) => userId)).not.toContain(ada.id);
  });
});
