import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Guesses } from '../guessing/guesses.ts';
import { MemoryGuessStore } from '../guessing/memory-guess-store.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { Devices } from '../sessions/devices.ts';
import { MemoryDeviceStore } from '../sessions/memory-device-store.ts';
import { ada, context, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { memoryPasswordLimits } from '../testing/memory-password-limits.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { Credentials } from './credentials.ts';
import { SignInLimits } from './sign-in-limits.ts';

let users: MemoryUserStore;
let hasher: FakePasswordHasher;
let credentials: Credentials;

beforeEach(() => {
  const clock = new FakeClock();
  users = new MemoryUserStore(clock);
  hasher = new FakePasswordHasher();
  const guesses = new Guesses(new MemoryGuessStore(), tx, testConfig(), clock);
  const devices = new Devices(new MemoryDeviceStore(), testConfig(), clock);
  credentials = new Credentials(tx, users, hasher, new SignInLimits(guesses, devices, memoryPasswordLimits(clock)));
});

const check = (password: string, email = ada.email) =>
  credentials.check({ email, password, deviceToken: undefined }, context);

describe('Credentials', () => {
  it('prove a person by the right password', async () => {
    users.users.set(ada.id, ada);
    expect(await check('correct horse')).toMatchObject({ user: { id: ada.id }, newHash: undefined });
  });

  it('have the reason for their refusal in the audit log, and nowhere else', async () => {
    expect(await check('correct horse')).toEqual({ reason: 'unknown', userId: undefined });
    users.users.set(ada.id, ada);
    expect(await check('wrong')).toEqual({ reason: 'wrong password', userId: ada.id });
    users.users.set(ada.id, { ...ada, emailVerifiedAt: null });
    expect(await check('correct horse')).toEqual({ reason: 'unverified', userId: ada.id });
  });

  it('refuse a disabled person who has the right password', async () => {
    users.users.set(ada.id, { ...ada, disabledAt: new Date() });
    expect(await check('correct horse')).toEqual({ reason: 'disabled', userId: ada.id });
  });

  it('hash for everybody, whether there is an account or not', async () => {
    users.users.set(ada.id, ada);
    await check('wrong');
    await check('wrong', 'nobody@example.com');
    expect(hasher.verified).toEqual([ada.passwordHash, undefined]);
  });

  it('bring a new hash when the old one was made at another cost', async () => {
    users.users.set(ada.id, { ...ada, passwordHash: 'old:correct horse' });
    const proof = await check('correct horse');
    if (!('user' in proof)) return expect.unreachable();
    await credentials.accept(tx, proof);
    expect(users.users.get(ada.id)?.passwordHash).toBe('new:correct horse');
  });
});
