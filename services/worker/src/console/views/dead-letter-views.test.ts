import { expect, it } from 'vitest';
import { letterGroups } from './dead-letter-views.ts';

const now = new Date('2026-01-01T10:00:00Z');
const FINGERPRINT = '0123456789abcdef0123456789abcdef';

function groups(type: string, { filtered = false, query = '' } = {}): string {
  const group = { fingerprint: FINGERPRINT, type, reason: 'no-handler', error: undefined, letters: 12, newest: now };
  const view = { may: true, now, total: 1_234, filtered };
  return letterGroups('events', [group], new URLSearchParams(query), view).toString();
}

it('offers to send back all letters that died of the same, and no others, whatever their type is', () => {
  for (const type of ['user.registered', '', ' ', ' user.registered']) {
    expect(groups(type)).toContain(`act=redrive&amp;scope=&amp;type=&amp;reason=&amp;fingerprint=${FINGERPRINT}`);
  }
});

it('keeps what the list is narrowed to', () => {
  expect(groups('a.b', { filtered: true, query: 'since=2026-01-01T10:00' })).toContain(
    `fingerprint=${FINGERPRINT}&amp;text=&amp;since=2026-01-01T10%3A00`,
  );
});

it('means all letters of a queue only where nothing narrows them', () => {
  expect(groups('a.b')).toMatch(/act=discard&amp;scope=all/);
  expect(groups('a.b', { filtered: true, query: 'type=a.b' })).toMatch(/act=discard&amp;scope=&amp;type=a.b/);
  expect(groups('a.b', { filtered: true, query: 'type=a.b' })).not.toContain('scope=all');
});
