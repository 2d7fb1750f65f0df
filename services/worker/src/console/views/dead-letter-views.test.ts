import type { DeadLetter } from '@postern/sqs';
import { expect, it } from 'vitest';
import { letterGroups } from './dead-letter-views.ts';

const now = new Date('2026-01-01T10:00:00Z');

function letter(type: string, reason: string): DeadLetter {
  return {
    ...{ queue: 'events', id: 'letter-1', type, reason, error: undefined, attempts: 1, handler: undefined },
    ...{ firstAt: now, lastAt: now, sentAt: now, body: '{}', encoding: 'json', messages: 1 },
    ...{ traceparent: undefined, groupId: undefined, attributes: {} },
  };
}

const groups = (type: string, reason = 'no-handler') =>
  letterGroups('events', [letter(type, reason)], new URLSearchParams(), true, now).toString();

it('offers to send back all letters of a type and reason', () => {
  expect(groups('user.registered')).toContain('act=redrive&amp;type=user.registered&amp;reason=no-handler');
});

it.each([
  ['a type', '', 'no-handler'],
  ['a type but space', ' ', 'no-handler'],
  ['a type that a form keeps as it is', ' user.registered', 'no-handler'],
  ['a reason', 'user.registered', ' '],
])('does not for those without %s, which would send back others too', (_what, type, reason) => {
  expect(groups(type, reason)).not.toContain('href=');
});
