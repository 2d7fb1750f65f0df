import { linkToken } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { MemoryLiveAccounts } from '../sessions/memory-live-accounts.ts';
import {
  ada,
  adasPrincipal,
  context,
  TestJournal,
  testConfig,
  testLinkKeys,
  fakeTransaction as tx,
} from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { EmailChange } from './email-change.ts';
import { EmailChangeNews } from './email-change-news.ts';

const NEW = 'countess@example.com';

let users: MemoryUserStore;
let live: MemoryLiveAccounts;
let rows: MemoryLinkTokenStore;
let clock: FakeClock;
let links: Links;
let journal: TestJournal;
let change: EmailChange;

beforeEach(() => {
  users = new MemoryUserStore();
  users.users.set(ada.id, ada);
  live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
  rows = new MemoryLinkTokenStore();
  clock = new FakeClock();
  links = new Links(rows, testConfig(), clock);
  journal = new TestJournal();
  change = new EmailChange(live, users, links, new EmailChangeNews(journal, clock));
});

async function requested(): Promise<string> {
  await change.request(tx, adasPrincipal, NEW, context);
  return linkToken(testLinkKeys, 'change-email', rows.rows.at(-1)?.id ?? '', NEW);
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
    await links.issue(tx, { userId: ada.id, purpose: 'reset-password', recipient: ada.email });
    await change.confirm(tx, await requested(), context);
    expect(users.users.get(ada.id)?.email).toBe(NEW);
    expect(rows.rows.map(({ purpose }) => purpose)).toEqual(['change-email']);
    expect(journal.published.at(-1)).toMatchObject({
      type: 'user.email_changed',
      data: { email: NEW, old_email: ada.email },
    });
  });

  it('says when and from where it was asked for and confirmed, and of the addresses only their networks', async () => {
    const token = await requested();
    await clock.advance(60_000);
    const elsewhere = { ...context, address: '2001:db8:1:2::7', userAgent: 'curl/8.15.0' };
    await change.confirm(tx, token, elsewhere);
    const asked = { at: '2026-01-01T00:00:00.000Z', device: 'Firefox on Linux', address_range: '203.0.113.0/24' };
    const confirmed = { at: '2026-01-01T00:01:00.000Z', device: 'curl', address_range: '2001:db8:1::/48' };
    expect(journal.published).toMatchObject([{ data: asked }, { data: confirmed }]);
    for (const { address } of [context, elsewhere]) expect(JSON.stringify(journal.published)).not.toContain(address);
    expect(journal.audit.summary).toEqual(['request-email-change success', 'change-email success']);
  });

  it('sends nothing to an address that is taken, and does the same work', async () => {
    users.users.set('another', { ...ada, id: 'another', email: NEW });
    await change.request(tx, adasPrincipal, NEW, context);
    expect(journal.published).toMatchObject([
      {
        type: 'user.request_ignored',
        data: { request: 'email-change', device: 'Firefox on Linux', address_range: '203.0.113.0/24' },
      },
    ]);
    expect(rows.rows).toMatchObject([{ purpose: 'change-email', newEmail: null }]);
    expect(rows.rows[0]?.userId).not.toBe(ada.id);
    expect(JSON.stringify(journal.published)).not.toContain(ada.id);
    expect(journal.audit.summary).toEqual(['request-email-change failure']);
  });

  it('refuses an address that was taken meanwhile', async () => {
    const token = await requested();
    users.users.set('another', { ...ada, id: 'another', email: NEW });
    await expect(change.confirm(tx, token, context)).rejects.toMatchObject({ status: 409, type: 'email-taken' });
  });

  it('is over for a person who was disabled meanwhile', async () => {
    const token = await requested();
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    await expect(change.confirm(tx, token, context)).rejects.toMatchObject({ type: 'link-ended' });
  });

  it('takes a live session', async () => {
    live.people.clear();
    await expect(change.request(tx, adasPrincipal, NEW, context)).rejects.toMatchObject({ status: 401 });
  });
});
