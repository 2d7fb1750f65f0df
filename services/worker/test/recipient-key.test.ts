import { ConfigError, SystemClock } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { hashOf } from '../src/commands/hash-of.ts';
import { markRecipientKey, requireOwnRecipientKey } from '../src/mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { Suppressions } from '../src/mail/delivery/suppression/suppressions.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);
const own = new RecipientHasher(KEY);
const other = new RecipientHasher(OTHER);

let test: TestDatabase;

beforeEach(async () => {
  test = await testDatabase('recipient_key', migrations);
});
afterEach(() => test.close());

describe('a RECIPIENT_KEY', () => {
  it('is the one that the first worker came with, for every worker after it', async () => {
    await markRecipientKey(test.database, own);
    await markRecipientKey(test.database, own);
    await expect(markRecipientKey(test.database, other)).rejects.toThrow(ConfigError);
    await expect(requireOwnRecipientKey(test.database, own)).resolves.toBeUndefined();
  });

  it('is that of one of two workers that start first, at the same moment, with different ones', async () => {
    const started = await Promise.allSettled([
      markRecipientKey(test.database, own),
      markRecipientKey(test.database, other),
    ]);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is known by the suppressed addresses of a deployment that no worker has marked yet', async () => {
    const list = new Suppressions(test.database, new SystemClock());
    const change = { actor: 'kim', reason: 'asked for' };
    await list.add({ hash: own.hash('erased@example.com') }, 'manual', change);
    await list.add({ hash: own.hash('ann@example.com'), address: 'ann@example.com' }, 'manual', change);
    await expect(markRecipientKey(test.database, other)).rejects.toThrow(/^.*RECIPIENT_KEY: it is not the key/s);
    await markRecipientKey(test.database, own);
  });

  it('of a command finds nobody by another hash than the tables have, but is refused', async () => {
    await markRecipientKey(test.database, own);
    vi.stubEnv('RECIPIENT_KEY', OTHER.toString('base64'));
    await expect(hashOf(test.database, 'ann@example.com')).rejects.toThrow(ConfigError);
    vi.stubEnv('RECIPIENT_KEY', KEY.toString('base64'));
    expect(await hashOf(test.database, 'ann@example.com')).toEqual(own.hash('ann@example.com'));
    vi.unstubAllEnvs();
  });
});
