import { EnvelopeReader, EnvelopeWriter, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { expect, it } from 'vitest';
import { pruneRows } from '../jobs/prune-rows.ts';
import { MAX_AGE_MS } from '../max-age.ts';
import { checkOwnSignature } from './check-own-signature.ts';

const keys = testKeys('w1');
const writer = new EnvelopeWriter(WORKER, keys);
const now = new Date();
const later = (ms: number) => new Date(now.getTime() + ms);
const { body } = writer.write(pruneRows, { what: 'jobs' });

function withoutMac(text: string): string {
  const { mac: _mac, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(rest);
}

it('refuses what nobody has signed, which the outbox would sign', () => {
  const reader = new EnvelopeReader([pruneRows], { [WORKER]: keys });
  expect(() => reader.read(withoutMac(body))).toThrow(expect.objectContaining({ reason: 'no-mac' }));
  expect(() => reader.read(writer.renew(withoutMac(body)))).not.toThrow();
  expect(() => checkOwnSignature(withoutMac(body), now)).toThrow('nobody has signed it');
});

it('refuses what is too old for its receivers, which would be new once it is signed again', () => {
  expect(() => checkOwnSignature(body, later(MAX_AGE_MS - 60_000))).not.toThrow();
  expect(() => checkOwnSignature(body, later(MAX_AGE_MS + 60_000))).toThrow('signed too long ago');
});

it.each([
  ['no envelope', '{"Type":"Notification"}'],
  ["another service's", withoutMac(body).replace(WORKER, 'postern/gateway')],
  ['wrongly signed', body.replace('"jobs"', '"mails"')],
])('passes what the outbox sends as it is: %s', (_what, text) => {
  expect(() => checkOwnSignature(text, now)).not.toThrow();
  expect(writer.renew(text)).toBe(text);
});
