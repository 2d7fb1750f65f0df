import { linkToken, UserEmailChanged, UserEmailChangeRequested } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestContext } from '../../http/route.ts';
import { Guesses } from '../guessing/guesses.ts';
import { MemoryGuessStore } from '../guessing/memory-guess-store.ts';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { OwnPassword } from '../passwords/own-password.ts';
import { MemoryLiveAccounts } from '../sessions/memory-live-accounts.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import {
  ada,
  adasPrincipal,
  context,
  TestJournal,
  testConfig,
  testLinkKeys,
  testLinkKeyWatch,
  fakeTransaction as tx,
} from '../testing/fixtures.ts';
import { memoryPasswordLimits } from '../testing/memory-password-limits.ts';
import { memorySessions } from '../testing/memory-sessions.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { EmailChange } from './email-change.ts';
import { EmailChangeEvents } from './email-change-events.ts';
import { EmailChangeProof } from './email-change-proof.ts';
import { EmailChangeRequests } from './email-change-requests.ts';

const NEW = 'countess@example.com';
const FURTHER = 'lovelace@example.com';

let users: MemoryUserStore;
let live: MemoryLiveAccounts;
let rows: MemoryLinkTokenStore;
let clock: FakeClock;
let links: Links;
let journal: TestJournal;
let pending: MemorySignUpStore;
let requests: EmailChangeRequests;
let proof: EmailChangeProof;
let change: EmailChange;

beforeEach(() => {
  users = new MemoryUserStore();
  users.users.set(ada.id, ada);
  live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
  rows = new MemoryLinkTokenStore();
  clock = new FakeClock();
  links = new Links(rows, testConfig(), clock, testLinkKeyWatch());
  journal = new TestJournal();
  const events = new EmailChangeEvents(journal, clock);
  requests = new EmailChangeRequests(live, users, links, events);
  pending = new MemorySignUpStore();
  const signUps = new SignUps(pending, links, testConfig(), clock);
  const { endings } = memorySessions(clock, { links: rows });
  const guesses = new Guesses(new MemoryGuessStore(), tx, testConfig(), clock);
  proof = new EmailChangeProof(
    users,
    links,
    new OwnPassword(new FakePasswordHasher(), guesses, journal, memoryPasswordLimits(clock)),
    journal,
  );
  change = new EmailChange(proof, new ProvenAddresses(users, signUps), endings, links, events, journal);
});

async function requested(): Promise<string> {
  await requests.request(tx, adasPrincipal, NEW, context);
  return linkToken(testLinkKeys, 'change-email', rows.rows.at(-1)?.id ?? '', NEW);
}

async function confirm(token: string, from: RequestContext = context): Promise<void> {
  const proven = await proof.prove(tx, token, 'correct horse', from);
  await change.recording(proven, from, () => change.confirm(tx, proven, from));
}

describe('EmailChange', () => {
  it('sends a link to the new address and a notice to the old one, and changes nothing yet', async () => {
    await requested();
    journal.events.expectDispatched(
      UserEmailChangeRequested,
      ({ data }) => data.email === ada.email && data.new_email === NEW,
    );
    expect(users.users.get(ada.id)?.email).toBe(ada.email);
  });

  it('moves to the address of the link, and voids links that were mailed to the old one', async () => {
    await links.issue(tx, { userId: ada.id, purpose: 'reset-password', recipient: ada.email });
    await confirm(await requested());
    expect(users.users.get(ada.id)?.email).toBe(NEW);
    expect(rows.rows.map(({ purpose }) => purpose)).toEqual(['change-email', 'restore-email']);
    journal.events.expectDispatched(UserEmailChanged, ({ data }) => data.email === NEW && data.old_email === ada.email);
  });

  it('brings the old address a link by which the account goes back, for a week, and a further move none', async () => {
    await confirm(await requested());
    const [first] = rows.rows.filter(({ purpose }) => purpose === 'restore-email');
    expect(first).toMatchObject({ newEmail: ada.email, expiresAt: new Date('2026-01-08T00:00:00Z'), usedAt: null });
    const [notice] = journal.events.expectDispatched(UserEmailChanged, () => true);
    expect(notice?.data).toMatchObject({ token_id: first?.id, expires_at: '2026-01-08T00:00:00.000Z' });
    live.people.set(adasPrincipal.sessionId, users.users.get(ada.id) as typeof ada);
    await requests.request(tx, adasPrincipal, FURTHER, context);
    await confirm(linkToken(testLinkKeys, 'change-email', rows.rows.at(-1)?.id ?? '', FURTHER));
    expect(rows.rows.filter(({ purpose }) => purpose === 'restore-email')).toEqual([first]);
    const [further] = journal.events.expectDispatched(UserEmailChanged, ({ data: moved }) => moved.old_email === NEW);
    expect(further?.data).not.toHaveProperty('token_id');
  });

  it('reports when and from where it was asked for and confirmed, and of the addresses only their networks', async () => {
    const token = await requested();
    await clock.advance(60_000);
    const elsewhere = { ...context, address: '2001:db8:1:2::7', userAgent: 'curl/8.15.0' };
    await confirm(token, elsewhere);
    const asked = { at: '2026-01-01T00:00:00.000Z', device: 'Firefox on Linux', address_range: '203.0.113.0/24' };
    const confirmed = { at: '2026-01-01T00:01:00.000Z', device: 'curl', address_range: '2001:db8:1::/48' };
    expect(journal.events.dispatched).toMatchObject([{ data: asked }, { data: confirmed }]);
    for (const { address } of [context, elsewhere])
      expect(JSON.stringify(journal.events.dispatched)).not.toContain(address);
    expect(journal.audit.summary).toEqual(['request-email-change success', 'change-email success']);
  });

  it('does the same for an address that is taken, but that its owner is notified', async () => {
    await requests.request(tx, adasPrincipal, NEW, context);
    const [free] = journal.events.dispatched.splice(0);
    const freeLink = rows.rows.at(-1);
    users.users.set('another', { ...ada, id: 'another', email: NEW, firstName: 'Augusta', locale: 'de' });
    await requests.request(tx, adasPrincipal, NEW, context);
    const [taken] = journal.events.dispatched;
    const data = { ...(free?.data as object), token_id: expect.any(String) };
    expect(taken).toEqual({
      ...free,
      data: { ...data, owner: { first_name: 'Augusta', locale: 'de', disabled: false } },
    });
    // The earlier link is replaced either way.
    expect(rows.rows).toEqual([{ ...freeLink, id: expect.any(String), recipient: expect.any(Buffer) }]);
    expect(journal.audit.summary).toEqual(['request-email-change success', 'request-email-change success']);
  });

  it('says of an owner that they are disabled, as the mail to them would say what they cannot do', async () => {
    users.users.set('another', { ...ada, id: 'another', email: NEW, disabledAt: new Date() });
    await requests.request(tx, adasPrincipal, NEW, context);
    journal.events.expectDispatched(UserEmailChangeRequested, ({ data }) => data.owner?.disabled === true);
  });

  it('refuses the address that one has', async () => {
    await expect(requests.request(tx, adasPrincipal, ada.email, context)).rejects.toMatchObject({
      errors: [{ pointer: '/new_email', detail: 'This is your address already' }],
    });
  });

  it('accepts an address for which only sign-ups are pending, and ends them', async () => {
    const { id: _id, ...stranger } = { ...ada, email: NEW };
    await new SignUps(pending, links, testConfig(), clock).add(tx, stranger, context);
    await confirm(await requested());
    expect(users.users.get(ada.id)?.email).toBe(NEW);
    expect(pending.rows).toEqual([]);
  });

  it('refuses an address that was taken meanwhile, and records it', async () => {
    const token = await requested();
    users.users.set('another', { ...ada, id: 'another', email: NEW });
    await expect(confirm(token)).rejects.toMatchObject({ status: 409, type: 'email-taken' });
    expect(journal.audit.summary.at(-1)).toBe('change-email failure email-taken');
  });

  it('is over for a person who was disabled meanwhile', async () => {
    const token = await requested();
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    await expect(confirm(token)).rejects.toMatchObject({ type: 'link-ended' });
  });

  it('accepts a live session', async () => {
    live.people.clear();
    await expect(requests.request(tx, adasPrincipal, NEW, context)).rejects.toMatchObject({ status: 401 });
  });
});
