import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, fakeTransaction as tx } from '../testing/fixtures.ts';
import { Challenges } from './challenges.ts';
import { MemoryChallengeStore } from './memory-challenge-store.ts';

let clock: FakeClock;
let store: MemoryChallengeStore;
let challenges: Challenges;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryChallengeStore();
  challenges = new Challenges(store, clock);
});

describe('Challenges', () => {
  it('know whose sign-in waits, for five minutes', async () => {
    const { challenge_token, expires_in } = await challenges.begin(tx, ada.id);
    expect(expires_in).toBe(300);
    expect(await challenges.owner(tx, challenge_token)).toBe(ada.id);
    await clock.advance(300_000);
    await expect(challenges.owner(tx, challenge_token)).rejects.toMatchObject({ status: 401 });
  });

  it('are used up once', async () => {
    const { challenge_token } = await challenges.begin(tx, ada.id);
    await challenges.finish(tx, challenge_token);
    await expect(challenges.finish(tx, challenge_token)).rejects.toMatchObject({ type: 'challenge-invalid' });
  });

  it('are stored as hashes', async () => {
    const { challenge_token } = await challenges.begin(tx, ada.id);
    const hex = Buffer.from(challenge_token, 'base64url').toString('hex');
    expect([...store.rows.keys()]).not.toContain(hex);
  });
});
