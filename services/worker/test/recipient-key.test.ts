import { randomBytes } from 'node:crypto';
import { ConfigError, newId, SystemClock } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { hashOf } from '../src/commands/hash-of.ts';
import { insertMails } from '../src/mail/delivery/ledger/ledger-writes.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
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

  it('is known by addresses on the list however many of the newest were forgotten', async () => {
    const list = new Suppressions(test.database, new SystemClock());
    const address = 'ann@example.com';
    await list.add({ hash: own.hash(address), address }, 'manual', { actor: 'kim', reason: 'asked for' });
    const row = { cause: 'manual', reason: '', created_at: new Date(Date.now() + 60_000), ends_at: null };
    const forgotten = Array.from({ length: 120 }, () => ({ ...row, recipient_hash: randomBytes(32), address: null }));
    await test.database.sql.batchInsert('suppressions', forgotten, 60);
    await expect(requireOwnRecipientKey(test.database, other)).rejects.toThrow(ConfigError);
    await expect(requireOwnRecipientKey(test.database, own)).resolves.toBeUndefined();
  });

  it('is known by the mails that wait, where nobody is suppressed', async () => {
    const now = test.database.clock.now();
    const [address, key] = ['ann@example.com', `${newId()}/send-welcome/welcome`];
    const mail = {
      ...{ id: mailId(key), key, mail: 'welcome', recipientHash: own.hash(address), recipientDomain: 'example.com' },
      ...{ payload: { to: address, locale: 'en', data: {} }, expiresAt: now },
      first: { state: 'queued', reason: 'a rate limit', dueAt: now },
    } as const;
    await insertMails(test.database, [mail], now, { owner: Buffer.alloc(16), ms: 60_000 });
    await expect(requireOwnRecipientKey(test.database, other)).rejects.toThrow(ConfigError);
    await expect(requireOwnRecipientKey(test.database, own)).resolves.toBeUndefined();
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
