import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { EnvelopeWriter } from './envelope-writer.ts';
import { refusalReason } from './testing/refusal-reason.ts';
import { testKeys } from './testing/test-keys.ts';
import { GATEWAY, WORKER } from './writers.ts';

const gatewayKeys = testKeys('g1');
const keys = { [GATEWAY]: gatewayKeys };
const gateway = new EnvelopeWriter(GATEWAY, gatewayKeys);

describe('a message that has waited in the database of its writer', () => {
  const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
  const { envelope, body } = gateway.write(Shipped, { order_id: '7' }, { subject: 'u1' });
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(body), ...change });
  const reader = new EnvelopeReader([Shipped], keys);
  const day = 86_400_000;
  const later = new Date(Date.now() + 40 * day);
  const atThatTime = new EnvelopeReader([Shipped], keys, { maxAgeMs: 28 * day, now: () => later });
  const unsigned = (change: object) => JSON.stringify({ ...JSON.parse(body), mac: undefined, ...change });

  it('is signed again when it is old, and is then as good as new', () => {
    expect(refusalReason(body, atThatTime)).toBe('too-old');
    const renewed = gateway.renew(body, later);
    expect(atThatTime.read(renewed).envelope).toMatchObject({ id: envelope.id, data: envelope.data });
  });

  it('is signed with the key of now when it was signed with another', () => {
    const during = testKeys('g2', gatewayKeys.writing);
    const rotated = new EnvelopeWriter(GATEWAY, during);
    const { writing } = during;
    const alone = { writing, find: (id: string) => (id === writing.id ? writing.bytes : undefined) };
    const after = new EnvelopeReader([Shipped], { [GATEWAY]: alone });
    expect(refusalReason(body, after)).toBe('unknown-key');
    expect(refusalReason(rotated.renew(body), after)).toBe('read');
  });

  it('is signed when it is of a release before signatures', () => {
    expect(refusalReason(gateway.renew(unsigned({})), reader)).toBe('read');
  });

  it('stays as it is when it is fresh', () => {
    expect(gateway.renew(body)).toBe(body);
  });

  it.each([
    ['changed by somebody', changed({ data: { order_id: '8' } })],
    ['signed with a key that is gone', changed({ mac: 'g9.AAAA' })],
    ['of a mac that is none', changed({ mac: null })],
    ["another writer's", unsigned({ source: WORKER })],
    ['no envelope', '{}'],
    ['no JSON', 'hello'],
  ])('stays as it is when it is %s, for its receiver to refuse', (_what, text) => {
    expect(gateway.renew(text, later)).toBe(text);
  });
});
