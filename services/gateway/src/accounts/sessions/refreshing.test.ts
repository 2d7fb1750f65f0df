import { type Database, FakeClock, newId, type Transaction } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { ada, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { memorySessions } from '../testing/memory-sessions.ts';
import type { MemorySessionStore } from './memory-session-store.ts';
import { Refreshing } from './refreshing.ts';

let clock: FakeClock;
let store: MemorySessionStore;
let links: MemoryLinkTokenStore;
let journal: TestJournal;
let refreshing: Refreshing;
let token: string;

beforeEach(async () => {
  clock = new FakeClock();
  journal = new TestJournal();
  const memory = memorySessions(clock);
  const { sessions, pairs, endings, users } = memory;
  ({ store, links } = memory);
  refreshing = new Refreshing(store, pairs, endings, users, journal, testConfig(), clock);
  await sessions.ready();
  token = (await sessions.open(tx, ada.id, context)).refresh_token;
});

const database = { transaction: (work: (of: Transaction) => unknown) => work(tx) } as unknown as Database;
const refresh = async (presented: string) => (await refreshing.refresh(database, presented, context)).refresh_token;
const invalid = { status: 401, type: 'refresh-token-invalid' };

describe('Refreshing', () => {
  it('gives another token each time', async () => {
    const second = await refresh(token);
    const third = await refresh(second);
    expect(new Set([token, second, third]).size).toBe(3);
  });

  it('gives the same successor to whoever comes second within the grace', async () => {
    const first = await refresh(token);
    await clock.advance(14_999);
    expect(await refresh(token)).toBe(first);
    expect(journal.audit.entries).toEqual([]);
  });

  it('signs nobody out within the grace, however often their tabs refresh', async () => {
    const second = await refresh(token);
    const third = await refresh(second);
    const newest = await refresh(third);
    await clock.advance(14_999);
    for (const earlier of [token, second, third]) expect(await refresh(earlier)).toBe(newest);
    expect(journal.audit.entries).toEqual([]);
  });

  it('gives the same successor however late, while nobody was seen with it: the answer may have been lost', async () => {
    const lost = await refresh(token);
    await clock.advance(3_600_000);
    expect(await refresh(token)).toBe(lost);
    expect(journal.audit.entries).toEqual([]);
  });

  it('ends the session when a token comes back although its successor was refreshed, and records it', async () => {
    const next = await refresh(token);
    await clock.advance(15_000);
    await refresh(next);
    await clock.advance(15_000);
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    await expect(refresh(next)).rejects.toMatchObject(invalid);
    expect([...store.reasons.values()]).toEqual(['refresh-reuse']);
    expect(journal.audit.summary).toEqual(['refresh-reuse failure session ended']);
  });

  it('ends with that session the link to another address that may have been asked for by it, and no other link', async () => {
    const row = { userId: ada.id, recipient: null, newEmail: null, usedAt: null };
    const times = { createdAt: clock.now(), expiresAt: new Date(clock.now().getTime() + 1_800_000) };
    for (const purpose of ['change-email', 'reset-password'] as const) {
      await links.put(tx, { id: newId(), purpose, ...row, ...times });
    }
    await refresh(await refresh(token));
    await clock.advance(15_000);
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    expect(links.rows.map(({ purpose }) => purpose)).toEqual(['reset-password']);
  });

  it('ends the session when a token comes back although the access token beside its successor was used', async () => {
    await refresh(token);
    for (const [id, session] of store.sessions) store.sessions.set(id, { ...session, receivedGeneration: 1 });
    await clock.advance(15_000);
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    expect([...store.reasons.values()]).toEqual(['refresh-reuse']);
  });

  it('ends it also when the clock was far ahead at the refresh, and is right again', async () => {
    await clock.advance(86_400_000);
    await refresh(token);
    await clock.advance(-86_400_000);
    for (const [id, session] of store.sessions) store.sessions.set(id, { ...session, receivedGeneration: 1 });
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    expect([...store.reasons.values()]).toEqual(['refresh-reuse']);
  });

  it('gives it again and again to a client that loses answer after answer of one refresh', async () => {
    const lost = await refresh(token);
    for (let hour = 1; hour <= 10; hour++) {
      await clock.advance(3_600_000);
      expect(await refresh(token)).toBe(lost);
    }
    expect(journal.audit.entries).toEqual([]);
  });

  it('ends the session of a thief and an owner who take turns and are seen nowhere else', async () => {
    const turns = async () => {
      for (let turn = 1; turn <= 4; turn++) {
        const next = await refresh(token);
        await clock.advance(600_000);
        await refresh(token);
        token = next;
      }
    };
    await expect(turns()).rejects.toMatchObject(invalid);
    expect([...store.reasons.values()]).toEqual(['refresh-reuse']);
  });

  it('does not count answers that were lost now and then', async () => {
    for (let round = 1; round <= 10; round++) {
      const lost = await refresh(token);
      await clock.advance(600_000);
      expect(await refresh(token)).toBe(lost);
      token = await refresh(lost);
      await clock.advance(600_000);
    }
    expect(journal.audit.entries).toEqual([]);
  });

  it('prolongs a session that is used, until it is as old as it may get', async () => {
    for (let week = 1; week <= 4; week++) {
      await clock.advance(7 * 86_400_000);
      token = await refresh(token);
    }
    await clock.advance(3 * 86_400_000);
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    // It ended by age: nobody is suspected.
    expect(journal.audit.entries).toEqual([]);
  });

  it('ends nothing for a token that is made up', async () => {
    const forged = Buffer.from(token, 'base64url');
    forged[51] = (forged[51] as number) ^ 1;
    await expect(refresh(forged.toString('base64url'))).rejects.toMatchObject(invalid);
    await expect(refresh('nonsense')).rejects.toMatchObject(invalid);
    expect(await refresh(token)).toBeTruthy();
  });
});
