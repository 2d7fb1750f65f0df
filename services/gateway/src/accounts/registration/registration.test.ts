import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { NoBreachCheck } from '../passwords/breach-check.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { PasswordPolicy } from '../passwords/password-policy.ts';
import { context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { Registration, type SignUp } from './registration.ts';

const input: SignUp = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  password: 'correct horse',
  mobileNumber: null,
  locale: 'en',
};

let users: MemoryUserStore;
let links: MemoryLinkTokenStore;
let journal: TestJournal;
let registration: Registration;

beforeEach(() => {
  users = new MemoryUserStore();
  links = new MemoryLinkTokenStore();
  journal = new TestJournal();
  const passwords = new NewPasswords(new PasswordPolicy(testConfig(), new NoBreachCheck()), new FakePasswordHasher());
  registration = new Registration(users, new Links(links, testConfig(), new FakeClock()), passwords, journal);
});

const register = async (signUp = input) => registration.register(tx, await registration.prepare(signUp), context);

describe('Registration', () => {
  it('stores the person with a hash, and publishes the link of the mail by its id', async () => {
    const expiresAt = await register();
    const [user] = [...users.users.values()];
    expect(user).toMatchObject({ email: 'ada@example.com', passwordHash: 'new:correct horse', emailVerifiedAt: null });
    expect(journal.published).toEqual([
      {
        type: 'user.registered',
        subject: user?.id,
        data: {
          user_id: user?.id,
          email: 'ada@example.com',
          first_name: 'Ada',
          locale: 'en',
          token_id: links.rows[0]?.id,
          expires_at: expiresAt,
        },
      },
    ]);
    expect(journal.audit.summary).toEqual(['register success']);
  });

  it('changes nothing for a taken address, does the same work, and tells its owner', async () => {
    await register();
    const [owner] = [...users.users.values()];
    await users.markVerified(tx, owner?.id ?? '');
    const before = [...users.users.values()];
    await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect([...users.users.values()]).toEqual(before);
    // Two events, two links, two entries: the second link belongs to nobody.
    expect(journal.types).toEqual(['user.registered', 'user.registration_repeated']);
    expect(journal.published[1]?.data).toMatchObject({ user_id: before[0]?.id, first_name: 'Ada' });
    expect(journal.audit.summary).toEqual(['register success', 'register failure address taken']);
    expect(links.rows).toHaveLength(2);
    expect(links.rows[1]?.userId).not.toBe(before[0]?.id);
  });

  it('sends another link to who signs up again before the first link was followed', async () => {
    await register();
    const [owner] = [...users.users.values()];
    await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect([...users.users.values()]).toEqual([owner]);
    expect(journal.types).toEqual(['user.registered', 'user.email_resend_requested']);
    expect(journal.published[1]?.data).toMatchObject({ user_id: owner?.id, first_name: 'Ada' });
  });

  it.each([
    ['verified', true],
    ['unverified', false],
  ])('tells the owner of a disabled account, %s, nothing, and does the same work', async (_what, isVerified) => {
    await register();
    const [owner] = [...users.users.values()];
    const ownersId = owner?.id ?? '';
    if (isVerified) await users.markVerified(tx, ownersId);
    await users.setDisabled(tx, ownersId, true);
    const before = [...users.users.values()];
    await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect([...users.users.values()]).toEqual(before);
    expect(journal.types).toEqual(['user.registered', 'user.request_ignored']);
    // Neither the event nor the link is of anybody.
    const nobody = links.rows[1]?.userId;
    expect(nobody).not.toBe(ownersId);
    expect(journal.published[1]).toMatchObject({
      subject: nobody,
      data: { user_id: nobody, request: 'registration' },
    });
    expect(JSON.stringify(journal.published[1])).not.toContain('@');
    expect(journal.audit.summary).toEqual(['register success', 'register failure address taken']);
  });

  it('refuses a bad password before anything is stored', async () => {
    await expect(registration.prepare({ ...input, password: 'password' })).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/password' }],
    });
    expect(users.users.size).toBe(0);
  });
});
