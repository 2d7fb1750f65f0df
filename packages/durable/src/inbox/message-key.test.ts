import { bytesToId, newId } from '@postern/runtime';
import { expect, test } from 'vitest';
import { messageKey } from './message-key.ts';

test('a UUID is stored as itself, whatever its case', () => {
  const id = newId();
  expect(bytesToId(messageKey(id))).toBe(id);
  expect(messageKey(id.toUpperCase())).toEqual(messageKey(id));
});

test('any other id has a key of its own of the same length', () => {
  const ids = ['a', 'b', '', 'schedule/nightly', `${newId()} `, 'ü'.repeat(500)];
  const keys = ids.map((id) => messageKey(id).toString('hex'));
  expect(new Set(keys).size).toBe(ids.length);
  expect(keys.every((key) => key.length === 32)).toBe(true);
});
