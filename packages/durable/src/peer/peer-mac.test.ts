import { randomBytes } from 'node:crypto';
import { SecretRing } from '@postern/runtime';
import { expect, it } from 'vitest';
import { isSigned, signQuestion } from './peer-mac.ts';

const now = new Date('2026-01-01T10:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const ring = SecretRing.of(randomBytes(32));
const QUESTION = '/peer/trace?id=a';

it('accepts a question signed with one of the keys, for a minute', () => {
  const header = signQuestion(ring, QUESTION, now);
  expect(isSigned(ring, QUESTION, header, later(59))).toBe(true);
  expect(isSigned(ring, QUESTION, header, later(61))).toBe(false);
  expect(isSigned(ring, QUESTION, header, later(-61))).toBe(false);
});

it('accepts no other question under the same signature', () => {
  expect(isSigned(ring, '/peer/trace?id=b', signQuestion(ring, QUESTION, now), now)).toBe(false);
});

it.each([undefined, '', 'Bearer x', 'Postern a.1.b'])('accepts nothing that is not signed: %s', (header) => {
  expect(isSigned(ring, QUESTION, header, now)).toBe(false);
});

it('accepts nothing that another key has signed, under its own id or under that of one of ours', () => {
  const other = SecretRing.of(randomBytes(32));
  const header = signQuestion(other, QUESTION, now);
  expect(isSigned(ring, QUESTION, header, now)).toBe(false);
  expect(isSigned(ring, QUESTION, header.replace(other.writing.id, ring.writing.id), now)).toBe(false);
});
