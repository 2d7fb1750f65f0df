import { UserRegistered } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { NoBreachCheck } from '../passwords/breach-check.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { PasswordPolicy } from '../passwords/password-policy.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { isSecretOf } from '../sign-ups/sign-up-secret.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { ada, context, TestJournal, testConfig, testLinkKeyWatch, fakeTransaction as tx } from '../testing/fixtures.ts';
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

const origin = { at: '2026-01-01T00:00:00.000Z', device: 'Firefox on Linux', address_range: '203.0.113.0/24' };

let users: MemoryUserStore;
let pending: MemorySignUpStore;
let links: MemoryLinkTokenStore;
let journal: TestJournal;
let registration: Registration;

beforeEach(() => {
  users = new MemoryUserStore();
  pending = new MemorySignUpStore();
  links = new MemoryLinkTokenStore();
  journal = new TestJournal();
  const clock = new FakeClock();
  const passwords = new NewPasswords(new PasswordPolicy(testConfig(), new NoBreachCheck()), new FakePasswordHasher());
  const signUps = new SignUps(pending, new Links(links, testConfig(), clock, testLinkKeyWatch()), testConfig(), clock);
  registration = new Registration(users, signUps, passwords, journal);
});

const register = async (signUp = input) => registration.register(tx, await registration.prepare(signUp), context);

describe('Registration', () => {
  it('makes no account, but a pending sign-up with a hash and a link of its own, which is published by its id', async () => {
    const { linkExpiresAt, secret } = await register();
    expect(users.users.size).toBe(0);
    const [signUp] = pending.rows;
    expect(signUp).toMatchObject({ email: 'ada@example.com', firstName: 'Ada', passwordHash: 'new:correct horse' });
    expect(isSecretOf(secret, signUp?.secretHash ?? Buffer.alloc(32))).toBe(true);
    expect(links.rows).toMatchObject([{ id: signUp?.id, userId: signUp?.id, purpose: 'verify-email' }]);
    const link = { token_id: signUp?.id, expires_at: linkExpiresAt };
    const person = { user_id: signUp?.id, email: 'ada@example.com', first_name: 'Ada', locale: 'en' };
    const [registered] = journal.events.expectDispatched(UserRegistered);
    expect(registered?.data).toEqual({ ...person, ...link, ...origin });
    expect(JSON.stringify(journal.events.dispatched)).not.toContain(secret);
    expect(journal.audit.summary).toEqual(['register success']);
  });

  it('keeps each sign-up of an address apart, with a link and a secret of its own', async () => {
    const first = await register();
    const second = await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect(pending.rows.map(({ firstName }) => firstName)).toEqual(['Ada', 'Mallory']);
    expect(new Set(links.rows.map(({ id }) => id)).size).toBe(2);
    expect(second.secret).not.toBe(first.secret);
    expect(journal.events.types).toEqual(['user.registered', 'user.registered']);
  });

  it('does the same work for an address with an account, of whom the owner alone is notified', async () => {
    users.users.set(ada.id, ada);
    const accepted = await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect(Object.keys(accepted).sort()).toEqual(['linkExpiresAt', 'secret']);
    expect([...users.users.values()]).toEqual([ada]);
    expect(journal.events.types).toEqual(['user.registration_repeated']);
    expect(journal.events.dispatched[0]?.data).toMatchObject({ user_id: ada.id, first_name: 'Ada', ...origin });
    expect(journal.audit.summary).toEqual(['register failure address taken']);
    // The link that nobody is sent.
    expect(links.rows.map(({ userId }) => userId)).not.toContain(ada.id);
    expect(JSON.stringify(journal.events.dispatched)).not.toContain(links.rows[0]?.id);
  });

  it('sends the owner of a disabled account nothing, and does the same work', async () => {
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    await register({ ...input, firstName: 'Mallory', password: 'another password' });
    expect(journal.events.types).toEqual(['user.request_ignored']);
    const nobody = links.rows[0]?.userId;
    expect(nobody).not.toBe(ada.id);
    expect(journal.events.dispatched[0]?.data).toMatchObject({ user_id: nobody, request: 'registration' });
    expect(JSON.stringify(journal.events.dispatched[0])).not.toContain('@');
    expect(journal.audit.summary).toEqual(['register failure address taken']);
  });

  it('refuses a bad password before anything is stored', async () => {
    await expect(registration.prepare({ ...input, password: 'password' })).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/password' }],
    });
    expect(pending.rows).toEqual([]);
  });
});
