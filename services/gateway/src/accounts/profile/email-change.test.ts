import { linkToken } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { MemoryLiveAccounts } from '../sessions/memory-live-accounts.ts';
import { ada, adasPrincipal, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { EmailChange } from './email-change.ts';

const NEW = 'countess@example.com';

let users: MemoryUserStore;
let live: MemoryLiveAccounts;
let rows: MemoryLinkTokenStore;
let links: Links;
let journal: TestJournal;
let change: EmailChange;

beforeEach(() => {
  users = new MemoryUserStore();
  users.users.set(ada.id, ada);
  live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
  rows = new MemoryLinkTokenStore();
  links = new Links(rows, testConfig(), new FakeClock());
  journal = new TestJournal();
  change = new EmailChange(live, users, links, journal);
});

async function requested(): Promise<string> {
  await change.request(tx, adasPrincipal, NEW, context);
  return linkToken(Buffer.alloc(32), 'change-email', rows.rows.at(-1)?.id ?? '');
}

describe('EmailChange', () => {
  it('sends a link to the new address and a notice to the old one, and changes nothing yet', async () => {
    await requested();
    expect(journal.published).toMatchObject([
      { type: 'user.email_change_requested', data: { email: ada.email, new_email: NEW } },
    ]);
    expect(users.users.get(ada.id)?.email).toBe(ada.email);
  });

  it('moves to the address of the link, and voids links that were mailed to the old one', async () => {
    await links.issue(tx, ada.id, 'reset-password');
    await change.confirm(tx, await requested(), context);
    expect(users.users.get(ada.id)?.email).toBe(NEW);
    expect(rows.rows.map(({ purpose }) => purpose)).toEqual(['change-email']);
    expect(journal.published.at(-1)).toMatchObject({
      type: 'user.email_changed',
      data: { email: NEW, old_email: ada.email },
    });
  });

  it('sends nothing to an address that is taken, and does the same work', async () => {
    users.users.set('another', { ...ada, id: 'another', email: NEW });
    await change.request(tx, adasPrincipal, NEW, context);
    expect(journal.types).toEqual(['user.request_ignored']);
    expect(rows.rows).toMatchObject([{ purpose: 'change-email', newEmail: null }]);
    expect(rows.rows[0]?.userId).not.toBe(ada.id);
  });

  it('refuses an address that was taken meanwhile', async () => {
    const token = await requested();
    users.users.set('another', { ...ada, id: 'another', email: NEW });
    await expect(change.confirm(tx, token, context)).rejects.toMatchObject({ status: 409, type: 'email-taken' });
  });

  it('is over for a person who was disabled meanwhile', async () => {
    const token = await requested();
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    await expect(change.confirm(tx, token, context)).rejects.toMatchObject({ type: 'link-replaced' });
  });

  it('takes a live session', async () => {
    live.people.clear();
    await expect(change.request(tx, adasPrincipal, NEW, context)).rejects.toMatchObject({ status: 401 });
  });
});
