import { linkToken, UserEmailVerified } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Guesses } from '../guessing/guesses.ts';
import { MemoryGuessStore } from '../guessing/memory-guess-store.ts';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUpProof } from '../sign-ups/sign-up-proof.ts';
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
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { Verification } from './verification.ts';

const DAY_MS = 86_400_000;
const { id: _id, emailVerifiedAt: _at, disabledAt: _off, createdAt: _made, updatedAt: _changed, ...adasInput } = ada;

let users: MemoryUserStore;
let pending: MemorySignUpStore;
let rows: MemoryLinkTokenStore;
let signUps: SignUps;
let journal: TestJournal;
let clock: FakeClock;
let verification: Verification;

beforeEach(() => {
  const config = testConfig();
  clock = new FakeClock();
  users = new MemoryUserStore();
  pending = new MemorySignUpStore();
  rows = new MemoryLinkTokenStore();
  journal = new TestJournal();
  signUps = new SignUps(pending, new Links(rows, config, clock, testLinkKeyWatch()), config, clock);
  const guesses = new Guesses(new MemoryGuessStore(), tx, config, clock);
  const proof = new SignUpProof(new FakePasswordHasher(), guesses, journal, memoryPasswordLimits(clock));
  verification = new Verification(signUps, proof, new ProvenAddresses(users, signUps), journal);
});

async function signUp(firstName = 'Ada', passwordHash = 'new:correct horse') {
  const { signUp: made, link, secret } = await signUps.add(tx, { ...adasInput, firstName, passwordHash }, context);
  return { id: made.id, secret, token: linkToken(testLinkKeys, 'verify-email', link.token_id, ada.email) };
}

async function follow(token: string, claim: { secret?: string; password?: string }): Promise<void> {
  await verification.verify(tx, await verification.prove(tx, token, claim, context), context);
}

describe('Verification', () => {
  it('makes the account of the sign-up whose link was followed, and reports it', async () => {
    const { id, token, secret } = await signUp();
    await follow(token, { secret });
    expect([...users.users.values()]).toMatchObject([{ ...adasInput, id, emailVerifiedAt: expect.any(Date) }]);
    journal.events.expectDispatched(UserEmailVerified, ({ data }) => data.user_id === id);
    expect(journal.audit.summary).toEqual(['verify-email success']);
  });

  it('accepts the password of the sign-up instead of its secret', async () => {
    const { id, token } = await signUp();
    await follow(token, { password: 'correct horse' });
    expect([...users.users.keys()]).toEqual([id]);
  });

  it('accepts neither the secret nor the password of another sign-up, and leaves the link valid', async () => {
    const strangers = await signUp('Mallory', 'new:stranger password');
    const own = await signUp();
    await expect(follow(strangers.token, {})).rejects.toMatchObject({ status: 403, type: 'sign-up-proof-required' });
    await expect(follow(strangers.token, { secret: own.secret })).rejects.toMatchObject({
      type: 'sign-up-proof-required',
    });
    await expect(follow(strangers.token, { password: 'correct horse' })).rejects.toMatchObject({
      status: 403,
      type: 'sign-up-password-wrong',
    });
    expect(users.users.size).toBe(0);
    expect(rows.rows.every(({ usedAt }) => usedAt === null)).toBe(true);
    await follow(own.token, { secret: own.secret });
    expect([...users.users.values()]).toMatchObject([{ id: own.id, firstName: 'Ada' }]);
  });

  it('ends every other sign-up of the address, with its link', async () => {
    const strangers = await signUp('Mallory', 'new:stranger password');
    const own = await signUp();
    await follow(own.token, { secret: own.secret });
    expect(pending.rows).toEqual([]);
    await expect(follow(strangers.token, { secret: strangers.secret })).rejects.toMatchObject({
      status: 410,
      type: 'link-ended',
    });
    await expect(follow(own.token, { secret: own.secret })).rejects.toMatchObject({ type: 'link-used' });
  });

  it('never changes an account that the address has by now', async () => {
    const { token, secret } = await signUp('Mallory', 'new:stranger password');
    users.users.set(ada.id, ada);
    await expect(follow(token, { secret })).rejects.toMatchObject({ status: 410, type: 'link-ended' });
    expect([...users.users.values()]).toEqual([ada]);
    journal.events.expectNothingDispatched();
  });

  it('slows down guesses at the password, for this sign-up alone', async () => {
    const { token } = await signUp();
    const other = await signUp('Augusta');
    const outcomes: string[] = [];
    for (let guess = 0; guess < 4; guess++) {
      outcomes.push(await follow(token, { password: 'a wrong guess' }).catch(({ type }) => type));
    }
    expect(outcomes).toEqual([...Array(3).fill('sign-up-password-wrong'), 'too-many-guesses']);
    expect(journal.audit.summary).toContain('verify-email failure wrong password');
    await follow(other.token, { password: 'correct horse' });
  });

  it('has links that end with their sign-ups, however late another mail was asked for', async () => {
    const { id, token, secret } = await signUp();
    await clock.advance(7 * DAY_MS - 60_000);
    const [late] = pending.rows;
    if (!late) throw new Error('there is a sign-up');
    const { expires_at } = await signUps.issueLink(tx, late);
    expect(Date.parse(expires_at)).toBe(late.expiresAt.getTime());
    expect(rows.rows.map((row) => row.id)).toEqual([id]);
    await clock.advance(60_000);
    await expect(follow(token, { secret })).rejects.toMatchObject({ type: 'link-expired' });
  });

  it('tells the page whose sign-up it is and whether this browser made it', async () => {
    const { token, secret } = await signUp();
    expect(await verification.check(tx, token, secret)).toEqual({ email: ada.email, locale: ada.locale, isOwn: true });
    expect(await verification.check(tx, token)).toEqual({ email: ada.email, locale: ada.locale, isOwn: false });
  });
});
