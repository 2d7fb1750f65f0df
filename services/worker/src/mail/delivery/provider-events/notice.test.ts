import { expect, test } from 'vitest';
import { openNotice } from './notice.ts';
import { readSesNotification } from './ses-notification.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('a notice is opened as SNS wraps it, and raw', () => {
  const inner = { notificationType: 'Delivery' };
  const text = JSON.stringify(inner);
  expect(openNotice(text)).toEqual({ outer: inner, inner, text });
  expect(openNotice(JSON.stringify({ Type: 'Notification', Message: text }))).toMatchObject({ inner, text });
});

test.each([
  ['raw', nested(33)],
  ['wrapped', JSON.stringify({ Type: 'Notification', Message: nested(33) })],
])('what is nested deeper than anything of SES is not read: %s', (_how, body) => {
  expect(openNotice(body).inner).toBeUndefined();
  expect(openNotice(nested(32)).inner).toBeDefined();
});

test('of a list no more is looked at than SES writes', () => {
  const headers = Array.from({ length: 300_000 }, () => ({ name: 'X', value: '' }));
  const withId = (at: number) => headers.with(at, { name: 'Message-ID', value: '<ours@example.com>' });
  const read = (list: unknown[]) =>
    readSesNotification(
      openNotice(JSON.stringify({ eventType: 'Delivery', mail: { messageId: 'theirs', headers: list } })),
    );
  expect(read(withId(999))?.messageId).toBe('<ours@example.com>');
  expect(read(withId(1_000))?.messageId).toBeUndefined();
  expect(() => read(new Array(300_000).fill(1))).toThrow('not an SES notification: /mail/headers/0');
});
