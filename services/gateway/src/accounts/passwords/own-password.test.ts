import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Guesses } from '../guessing/guesses.ts';
import { LINK_HOLDERS } from '../guessing/link-holders.ts';
import { MemoryGuessStore } from '../guessing/memory-guess-store.ts';
import { ada, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { memoryPasswordLimits } from '../testing/memory-password-limits.ts';
import { FakePasswordHasher } from './fake-password-hasher.ts';
import { OwnPassword } from './own-password.ts';

let guesses: Guesses;
let journal: TestJournal;
let own: OwnPassword;

beforeEach(() => {
  const clock = new FakeClock();
  guesses = new Guesses(new MemoryGuessStore(), tx, testConfig(), clock);
  journal = new TestJournal();
  own = new OwnPassword(new FakePasswordHasher(), guesses, journal, memoryPasswordLimits(clock));
});

describe('OwnPassword', () => {
  it('is proven by the password, and refused without', async () => {
    await own.accept(tx, await own.prove(ada, 'correct horse', 'session', context));
    await expect(own.prove(ada, 'wrong', 'session', context)).rejects.toMatchObject({
      status: 403,
      type: 'wrong-password',
    });
    expect(journal.audit.summary).toEqual(['confirm-password failure wrong password']);
  });

  it('waits for nobody who guesses at accounts behind the same address', async () => {
    const { address } = context;
    const refused = async () => {
      for (let index = 0; index < 100; index++) {
        await guesses.settle(await guesses.begin({ account: `account ${index}`, address }), false);
      }
    };
    await expect(refused()).rejects.toMatchObject({ type: 'too-many-guesses' });
    await own.accept(tx, await own.prove(ada, 'correct horse', 'session', context));
  });

  it('waits for nobody who guesses in another session, or with a link', async () => {
    for (const holder of ['stolen session', 'link']) {
      for (let index = 0; index < 3; index++) {
        await expect(own.prove(ada, 'wrong', holder, context)).rejects.toMatchObject({ type: 'wrong-password' });
      }
      await expect(own.prove(ada, 'correct horse', holder, context)).rejects.toMatchObject({ status: 429 });
    }
    await own.accept(tx, await own.prove(ada, 'correct horse', 'session', context));
  });

  it('waits for nobody who gives right ones in another session', async () => {
    for (let index = 0; index < 30; index++) await own.prove(ada, 'correct horse', 'stolen session', context);
    await expect(own.prove(ada, 'correct horse', 'stolen session', context)).rejects.toMatchObject({ status: 429 });
    await own.accept(tx, await own.prove(ada, 'correct horse', 'session', context));
  });

  it('waits with a link for nobody who gives right ones in sessions behind the same address, however many there are', async () => {
    for (let index = 0; index < 300; index++) await own.prove(ada, 'correct horse', `stolen ${index % 10}`, context);
    await expect(own.prove(ada, 'correct horse', 'session', context)).rejects.toMatchObject({ type: 'rate-limited' });
    for (const holder of Object.values(LINK_HOLDERS)) {
      await own.accept(tx, await own.prove(ada, 'correct horse', holder, context));
    }
  });

  it('is slow to guess, and does not make the owner wait at the sign-in', async () => {
    for (let index = 0; index < 3; index++) await expect(own.prove(ada, 'wrong', 'session', context)).rejects.toThrow();
    await expect(own.prove(ada, 'correct horse', 'session', context)).rejects.toMatchObject({
      type: 'too-many-guesses',
    });
    await guesses.begin({ account: ada.email, address: context.address });
  });
});
