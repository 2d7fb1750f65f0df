import { linkToken, UserEmailChanged, UserPasswordResetRequested } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSecondFactors } from '../factors/fake-second-factors.ts';
import { Guesses } from '../guessing/guesses.ts';
import { MemoryGuessStore } from '../guessing/memory-guess-store.ts';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { NoBreachCheck } from '../passwords/breach-check.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { FormerPasswords } from '../passwords/former-passwords.ts';
import { MemoryFormerPasswordStore } from '../passwords/memory-former-password-store.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { OwnPassword } from '../passwords/own-password.ts';
import { PasswordPolicy } from '../passwords/password-policy.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import {
  ada,
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
import { EmailChangeEvents } from './email-change-events.ts';
import { EmailRestoration } from './email-restoration.ts';
import { EmailRestorationProof } from './email-restoration-proof.ts';

const DAY = 86_400_000;
/** Where whoever has taken Ada's account had it moved. */
const theirs = { ...ada, email: 'thief@example.com', passwordHash: 'new:mine now' };

let clock: FakeClock;
let users: MemoryUserStore;
let rows: MemoryLinkTokenStore;
let hasher: FakePasswordHasher;
let former: FormerPasswords;
let factors: FakeSecondFactors;
let own: OwnPassword;
let journal: TestJournal;
let restoration: EmailRestoration;
let token: string;

beforeEach(async () => {
  clock = new FakeClock();
  users = new MemoryUserStore(clock);
  users.users.set(ada.id, theirs);
  rows = new MemoryLinkTokenStore();
  const links = new Links(rows, testConfig(), clock, testLinkKeyWatch());
  hasher = new FakePasswordHasher();
  former = new FormerPasswords(new MemoryFormerPasswordStore(), clock);
  factors = new FakeSecondFactors();
  journal = new TestJournal();
  const guesses = new Guesses(new MemoryGuessStore(), tx, testConfig(), clock);
  own = new OwnPassword(hasher, guesses, journal, memoryPasswordLimits(clock));
  const accounts = new ProvenAddresses(users, new SignUps(new MemorySignUpStore(), links, testConfig(), clock));
  restoration = new EmailRestoration(
    new EmailRestorationProof(users, links, own, former, factors, journal),
    new NewPasswords(new PasswordPolicy(testConfig(), new NoBreachCheck()), hasher),
    accounts,
    memorySessions(clock, { links: rows, users }).endings,
    former,
    factors,
    links,
    new EmailChangeEvents(journal, clock),
    journal,
  );
  const back = { userId: ada.id, purpose: 'restore-email', recipient: ada.email, newEmail: ada.email } as const;
  const { token_id } = await links.issue(tx, back);
  token = linkToken(testLinkKeys, 'restore-email', token_id, ada.email);
  await former.remember(tx, ada);
});

async function restore(password: string, code?: string): Promise<void> {
  const prepared = await restoration.prepare(tx, token, { password, code }, context);
  await restoration.recording(prepared, context, () => restoration.restore(tx, prepared, context));
}

const refused = (password: string) => restore(password).catch(({ type }: { type: string }) => type);

describe('EmailRestoration', () => {
  it('gives the address back, and a password that nobody has', async () => {
    await restore('correct horse');
    const now = users.users.get(ada.id);
    expect(now?.email).toBe(ada.email);
    expect(now?.passwordHash).toMatch(/^new:[\w-]{43}$/);
    expect(await former.withPresent(tx, ada)).toEqual([ada.passwordHash, undefined, undefined, undefined]);
  });

  it('mails a link to a new password there, and tells the other address where the account went and not from where', async () => {
    await restore('correct horse');
    journal.events.expectDispatched(
      UserPasswordResetRequested,
      ({ data }) => data.email === ada.email && data.address_range === '203.0.113.0/24',
    );
    journal.events.expectDispatched(
      UserEmailChanged,
      ({ data }) =>
        data.old_email === theirs.email &&
        data.email === ada.email &&
        !('address_range' in data) &&
        !('token_id' in data),
    );
    expect(journal.audit.summary).toEqual(['restore-email success password']);
  });

  it('takes the password that there is as well as one before it', async () => {
    await restore('mine now');
    expect(users.users.get(ada.id)?.email).toBe(ada.email);
  });

  it('compares as many hashes whichever password it is, and where there are fewer', async () => {
    for (const password of ['correct horse', 'mine now', 'neither']) {
      hasher.verified.length = 0;
      await restoration.prepare(tx, token, { password, code: undefined }, context).catch(() => undefined);
      expect(hasher.verified).toEqual([theirs.passwordHash, ada.passwordHash, undefined, undefined]);
    }
  });

  it('is slow to guess, and waits for nobody who guesses with a link to another address', async () => {
    for (let count = 0; count < 3; count++) await own.prove(theirs, 'wrong', 'link', context).catch(() => undefined);
    for (let count = 0; count < 3; count++) expect(await refused('wrong')).toBe('wrong-password');
    expect(await refused('correct horse')).toBe('too-many-guesses');
  });

  it('asks for a factor that was on two weeks before the move, and records that it did not come', async () => {
    factors.people.set(ada.id, new Date(clock.now().getTime() - 14 * DAY));
    expect(await refused('correct horse')).toBe('code-required');
    expect(journal.audit.summary).toEqual(['restore-email failure no code']);
    factors.people.set(ada.id, new Date(clock.now().getTime() - 14 * DAY + 1));
    expect(await refused('correct horse')).toBeUndefined();
  });
});
