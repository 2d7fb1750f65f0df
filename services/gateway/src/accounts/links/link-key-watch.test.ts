import { type LinkPurpose, linkToken } from '@postern/events';
import { FakeClock, MemoryLogger, Metrics, SecretRing } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, testConfig, testLinkKeys, fakeTransaction as tx } from '../testing/fixtures.ts';
import { LinkKeyWatch } from './link-key-watch.ts';
import { Links } from './links.ts';
import { MemoryLinkTokenStore } from './memory-link-token-store.ts';

const theirs = SecretRing.parse(`workers:${Buffer.alloc(32, 7).toString('base64')}`);
const sameId = SecretRing.parse(`${testLinkKeys.writing.id}:${Buffer.alloc(32, 7).toString('base64')}`);

let clock: FakeClock;
let logger: MemoryLogger;
let metrics: Metrics;
let links: Links;

beforeEach(() => {
  clock = new FakeClock();
  logger = new MemoryLogger();
  metrics = new Metrics({ defaults: false });
  const watch = new LinkKeyWatch(testConfig(), metrics, logger, clock);
  links = new Links(new MemoryLinkTokenStore(), testConfig(), clock, watch);
});

async function issued(): Promise<string> {
  return (await links.issue(tx, { userId: ada.id, purpose: 'reset-password', recipient: ada.email })).token_id;
}

async function broken(token: string, purpose: LinkPurpose = 'reset-password'): Promise<void> {
  await expect(links.peek(tx, purpose, token)).rejects.toMatchObject({ type: 'link-invalid' });
  await expect(links.redeem(tx, purpose, token)).rejects.toMatchObject({ type: 'link-invalid' });
}

async function counted(): Promise<Record<string, number>> {
  const text = await metrics.expose();
  const found = text.matchAll(/^mailed_links_total\{outcome="([\w-]+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, outcome, count]) => [outcome, Number(count)]));
}

const none = { used: 0, 'unknown-key': 0, 'wrong-mac': 0 };

describe('LinkKeyWatch', () => {
  it('counts from 0 and counts links that were used', async () => {
    expect(await counted()).toEqual(none);
    const token = linkToken(testLinkKeys, 'reset-password', await issued(), ada.email);
    await links.peek(tx, 'reset-password', token);
    await links.redeem(tx, 'reset-password', token);
    expect(await counted()).toEqual({ ...none, used: 1 });
  });

  it('counts a link of ours that was signed with a key which is not here, or with another of the same id', async () => {
    const id = await issued();
    await broken(linkToken(theirs, 'reset-password', id, ada.email));
    expect(await counted()).toEqual({ ...none, 'unknown-key': 2 });
    await broken(linkToken(sameId, 'reset-password', id, ada.email));
    expect(await counted()).toEqual({ ...none, 'unknown-key': 2, 'wrong-mac': 2 });
  });

  it('says at once what is wrong and what to do, and no more than once a minute', async () => {
    const id = await issued();
    const token = linkToken(theirs, 'reset-password', id, ada.email);
    for (let count = 0; count < 5; count++) await broken(token);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'a mailed link is not signed with our LINK_KEY',
        fields: expect.objectContaining({
          reason: 'unknown-key',
          key_id: 'workers',
          key_ids_here: testLinkKeys.ids,
          link_id: id,
          action: expect.stringMatching(/same ring in LINK_KEY.*docs\/rotating-secrets\.md/),
        }),
      },
    ]);
    await clock.advance(60_000);
    await broken(token);
    expect(logger.lines.map(({ fields }) => fields.times)).toEqual([undefined, 10]);
  });

  it('heeds no such link, one with another recipient, and a good one that is brought for another purpose', async () => {
    const id = await issued();
    await broken(linkToken(theirs, 'reset-password', '0199346e-aef0-73a9-9842-4475266d9bd9', ada.email));
    await broken(linkToken(theirs, 'reset-password', id, 'mallory@example.com'));
    await broken(linkToken(testLinkKeys, 'reset-password', id, ada.email), 'verify-email');
    expect(await counted()).toEqual(none);
    expect(logger.lines).toEqual([]);
  });

  it('heeds no link that would not work with the right signature either: the key may have left the ring since', async () => {
    const token = linkToken(theirs, 'reset-password', await issued(), ada.email);
    await clock.advance(1_800_000);
    await broken(token);
    expect(await counted()).toEqual(none);
  });
});
