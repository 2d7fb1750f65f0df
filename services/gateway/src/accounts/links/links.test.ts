import { type LinkPurpose, linkToken } from '@postern/events';
import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, testConfig, testLinkKeys, testLinkKeyWatch, fakeTransaction as tx } from '../testing/fixtures.ts';
import { Links } from './links.ts';
import { MemoryLinkTokenStore } from './memory-link-token-store.ts';

let clock: FakeClock;
let store: MemoryLinkTokenStore;
let links: Links;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryLinkTokenStore();
  links = new Links(store, testConfig(), clock, testLinkKeyWatch());
});

const issue = (purpose: LinkPurpose, userId = ada.id) => links.issue(tx, { userId, purpose, recipient: ada.email });

const secretOf = (tokenId: string, purpose: LinkPurpose = 'verify-email', address = ada.email) =>
  linkToken(testLinkKeys, purpose, tokenId, address);

async function problem(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no problem',
    (error: { type: string }) => error.type,
  );
}

describe('Links', () => {
  it('of nobody belong to an id that no account has, the same each time and for no two the same', () => {
    expect(links.nobody('ann@example.com')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(links.nobody('ann@example.com')).toBe(links.nobody('ann@example.com'));
    expect(links.nobody('bob@example.com')).not.toBe(links.nobody('ann@example.com'));
  });

  it('are good once', async () => {
    const { token_id } = await issue('verify-email');
    expect(await links.redeem(tx, 'verify-email', secretOf(token_id))).toMatchObject({ userId: ada.id });
    expect(await problem(links.redeem(tx, 'verify-email', secretOf(token_id)))).toBe('link-used');
  });

  it('are not used up by looking at them', async () => {
    const { token_id } = await issue('verify-email');
    await links.peek(tx, 'verify-email', secretOf(token_id));
    await links.peek(tx, 'verify-email', secretOf(token_id));
    expect(await problem(links.redeem(tx, 'verify-email', secretOf(token_id)))).toBe('no problem');
  });

  it('end: those that verify after a day, others after half an hour', async () => {
    const verify = await issue('verify-email');
    const reset = await issue('reset-password');
    expect(reset.expires_at).toBe('2026-01-01T00:30:00.000Z');
    await clock.advance(1_800_000);
    const spent = links.redeem(tx, 'reset-password', secretOf(reset.token_id, 'reset-password'));
    expect(await problem(spent)).toBe('link-expired');
    expect(await problem(links.peek(tx, 'verify-email', secretOf(verify.token_id)))).toBe('no problem');
    await clock.advance(86_400_000);
    expect(await problem(links.peek(tx, 'verify-email', secretOf(verify.token_id)))).toBe('link-expired');
  });

  it('are replaced by a newer one of the same person and purpose, and by no other', async () => {
    const first = await issue('verify-email');
    await issue('reset-password');
    await issue('verify-email', '0199346e-aef0-73a9-9842-4475266d9bd1');
    expect(await problem(links.peek(tx, 'verify-email', secretOf(first.token_id)))).toBe('no problem');
    const second = await issue('verify-email');
    expect(await problem(links.redeem(tx, 'verify-email', secretOf(first.token_id)))).toBe('link-ended');
    expect(await problem(links.redeem(tx, 'verify-email', secretOf(second.token_id)))).toBe('no problem');
  });

  it('stay where the oldest is to count, and that of the same address is good for longer', async () => {
    const back = { userId: ada.id, purpose: 'restore-email', recipient: ada.email } as const;
    const first = await links.issueUnlessLive(tx, back);
    await clock.advance(6 * 86_400_000);
    expect(await links.issueUnlessLive(tx, { ...back, recipient: 'thief@example.com' })).toBeUndefined();
    const renewed = await links.issueUnlessLive(tx, back);
    expect(renewed?.token_id).toBe(first?.token_id);
    await clock.advance(2 * 86_400_000);
    expect(await problem(links.redeem(tx, 'restore-email', secretOf(first?.token_id ?? '', 'restore-email')))).toBe(
      'no problem',
    );
  });

  it('are good for their purpose alone', async () => {
    const { token_id } = await issue('verify-email');
    const secret = secretOf(token_id);
    expect(await problem(links.redeem(tx, 'reset-password', secret))).toBe('link-invalid');
    // Even with a secret of the right form, the row is bound to its purpose.
    const other = secretOf(token_id, 'reset-password');
    expect(await problem(links.redeem(tx, 'reset-password', other))).not.toBe('no problem');
  });

  it('are good for whom they were issued for, however the address is written, and for nobody who had them mailed to himself', async () => {
    const { token_id } = await issue('reset-password');
    const stolen = secretOf(token_id, 'reset-password', 'mallory@example.com');
    expect(await problem(links.peek(tx, 'reset-password', stolen))).toBe('link-invalid');
    expect(await problem(links.redeem(tx, 'reset-password', stolen))).toBe('link-invalid');
    const own = secretOf(token_id, 'reset-password', ada.email.toUpperCase());
    expect(await problem(links.redeem(tx, 'reset-password', own))).toBe('no problem');
  });

  it('from before they were bound to a recipient are refused', async () => {
    const { token_id } = await issue('reset-password');
    for (const row of store.rows) row.recipient = null;
    expect(await problem(links.redeem(tx, 'reset-password', secretOf(token_id, 'reset-password')))).toBe(
      'link-invalid',
    );
  });
});
