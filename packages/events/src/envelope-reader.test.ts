import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserErased } from './catalog/index.ts';
import { defineEvent, defineJob } from './define.ts';
import { canonicalJson } from './envelope-mac.ts';
import { EnvelopeReader, signEnvelope, type UnsignedWindow } from './envelope-reader.ts';
import { EnvelopeWriter } from './envelope-writer.ts';
import { events, jobs } from './known.ts';
import { refusalReason } from './testing/refusal-reason.ts';
import { testKeys } from './testing/test-keys.ts';
import { GATEWAY, WORKER } from './writers.ts';

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const gatewayKeys = testKeys('g1');
const workerKeys = testKeys('w1');
const keys = { [GATEWAY]: gatewayKeys, [WORKER]: workerKeys };
const reader = new EnvelopeReader([Shipped, Resize], keys);
const gateway = new EnvelopeWriter(GATEWAY, gatewayKeys);
const { envelope, body } = gateway.write(Shipped, { order_id: '7' }, { subject: 'u1' });

const reasonOf = (text: string, by = reader) => refusalReason(text, by);

const changed = (change: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(body), ...change });

describe('a message', () => {
  it('of a known writer comes back as it was written', () => {
    expect(reader.read(body).envelope).toEqual(envelope);
  });

  it('is the same in another order and with spaces', () => {
    const entries = Object.entries(JSON.parse(body) as object).reverse();
    expect(reasonOf(JSON.stringify(Object.fromEntries(entries), null, 2))).toBe('read');
  });

  it.each([
    ['no-mac', { mac: undefined }],
    ['no-mac', { mac: 7 }],
    ['unknown-key', { mac: 'g9.AAAA' }],
    ['unknown-key', { mac: 'AAAA' }],
    ['unknown-writer', { source: 'elsewhere' }],
    ['unknown-writer', { source: 'constructor' }],
    ['wrong-mac', { mac: 'g1.AAAA' }],
    ['wrong-mac', { id: '0198c1f0-0000-7000-8000-000000000001' }],
    ['wrong-mac', { type: 'order.lost' }],
    ['wrong-mac', { dataversion: 2 }],
    ['wrong-mac', { subject: 'u2' }],
    ['wrong-mac', { time: '2026-01-01T00:00:00.000Z' }],
    ['wrong-mac', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
    ['not-an-envelope', { traceparent: 'x' }],
    ['wrong-mac', { data: { order_id: '8' } }],
    ['wrong-mac', { further: 'attribute' }],
  ])('is given up as %s when it is changed: %o', (reason, change) => {
    expect(reasonOf(changed(change))).toBe(reason);
  });

  it('in the name of another writer needs the key of that writer', () => {
    const forged = new EnvelopeWriter(GATEWAY, testKeys('g1', gatewayKeys.writing)).write(Shipped, { order_id: '7' });
    expect(reasonOf(forged.body)).toBe('wrong-mac');
    const byWorker = new EnvelopeWriter(GATEWAY, workerKeys).write(Shipped, { order_id: '7' });
    expect(reasonOf(byWorker.body)).toBe('unknown-key');
  });

  it('of a type that its writer may not write is refused on both ends', () => {
    const worker = new EnvelopeWriter(WORKER, workerKeys);
    expect(() => worker.write(Shipped, { order_id: '7' })).toThrow(
      /written by postern\/gateway, not by postern\/worker/,
    );
    expect(reasonOf(signEnvelope(keys, JSON.stringify({ ...envelope, source: WORKER })))).toBe('not-its-writer');
    expect(reasonOf(worker.write(Resize, { width: 7 }).body)).toBe('read');
  });

  it('is read with an older key while that is accepted, and no longer', () => {
    const during = { [GATEWAY]: testKeys('g2', gatewayKeys.writing) };
    const after = { [GATEWAY]: testKeys('g2') };
    expect(reasonOf(body, new EnvelopeReader([Shipped], during))).toBe('read');
    expect(reasonOf(body, new EnvelopeReader([Shipped], after))).toBe('unknown-key');
    expect(reasonOf(signEnvelope(after, body), new EnvelopeReader([Shipped], after))).toBe('read');
  });

  it('that nobody has signed is not asked for its type', () => {
    expect(reasonOf(changed({ type: 'order.lost', mac: undefined }))).toBe('no-mac');
    expect(reasonOf(signEnvelope(keys, JSON.stringify({ ...envelope, type: 'order.lost' })))).toBe('unknown-type');
  });

  it('has one canonical text before and after it travelled, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
      }),
    );
    const odd = { at: new Date(0), left: undefined, list: [undefined, Number.NaN] };
    expect(canonicalJson(odd)).toBe(canonicalJson(JSON.parse(JSON.stringify(odd))));
  });
});

describe('the ticket of a job', () => {
  const ticket = JSON.stringify({ group: 'a', position: 1 });
  const job = gateway.write(Resize, { width: 7 }, { ticket }).body;

  it('is under the signature: it can be neither changed, nor added, nor taken away', () => {
    expect(reader.verify(job).envelope.ticket).toBe(ticket);
    const with2 = (change: object) => JSON.stringify({ ...JSON.parse(job), ...change });
    expect(reasonOf(with2({ ticket: JSON.stringify({ group: 'a', position: 2 }) }))).toBe('wrong-mac');
    expect(reasonOf(with2({ ticket: undefined }))).toBe('wrong-mac');
    expect(reasonOf(changed({ ticket }))).toBe('wrong-mac');
  });
});

describe('a genuine message', () => {
  const person = {
    user_id: '0198c1f0-0000-7000-8000-000000000001',
    email: 'ann@example.com',
    first_name: 'Ann',
    locale: 'en',
  };

  it('on a queue that is not its own is refused, while one that no release knows yet may wait', () => {
    const { body: registered } = gateway.write(UserErased, person);
    expect(reasonOf(registered, new EnvelopeReader(jobs, keys))).toBe('wrong-queue');
    expect(reasonOf(gateway.write(Resize, { width: 7 }).body, new EnvelopeReader(events, keys))).toBe('unknown-type');
  });

  it('is refused when it is repeated after those who would know have forgotten it', () => {
    const day = 86_400_000;
    const at = (days: number) =>
      new EnvelopeReader([Shipped], keys, { maxAgeMs: 28 * day, now: () => new Date(Date.now() + days * day) });
    expect(reasonOf(body, at(27))).toBe('read');
    expect(reasonOf(body, at(29))).toBe('too-old');
    const later = new Date(Date.now() + 28 * day);
    expect(reasonOf(signEnvelope(keys, body, later), at(29))).toBe('read');
    expect(reasonOf(changed({ signedat: later.toISOString() }), at(29))).toBe('wrong-mac');
  });
});

describe('while unsigned messages are accepted', () => {
  const { mac: _, ...before } = JSON.parse(body) as Record<string, unknown>;
  const unsigned = (change: object = {}) => JSON.stringify({ ...before, ...change });

  function during(now = () => new Date('2026-01-01T00:00:00Z')) {
    const accepted: string[] = [];
    const unsigned: UnsignedWindow = {
      until: new Date('2026-01-02T00:00:00Z'),
      accepted: ({ type }) => void accepted.push(type),
    };
    return {
      accepted,
      reader: new EnvelopeReader([Shipped, Resize], { ...keys, [WORKER]: undefined }, { unsigned, now }),
    };
  }

  it('those of an earlier release are read, and reported', () => {
    const { accepted, reader } = during();
    expect(reasonOf(unsigned(), reader)).toBe('read');
    expect(reasonOf(body, reader)).toBe('read');
    expect(accepted).toEqual(['order.shipped']);
  });

  it.each([
    ['wrong-mac', { mac: 'g1.AAAA' }],
    ['no-mac', { mac: null }],
    ['no-mac', { mac: '' }],
    ['no-mac', { source: 'elsewhere' }],
    ['no-mac', { source: WORKER }],
    ['unknown-type', { type: 'order.lost' }],
    ['invalid-data', { data: {} }],
  ])('one is refused as %s when it is %o', (reason, change) => {
    const { accepted, reader } = during();
    expect(['unknown-key', reason]).toContain(reasonOf(unsigned(change), reader));
    expect(accepted).toEqual([]);
  });

  it('one is refused that its writer may not write', () => {
    const both = { until: new Date(Date.now() + 60_000), accepted: () => undefined };
    const reader = new EnvelopeReader([Shipped], keys, { unsigned: both });
    expect(reasonOf(unsigned({ source: WORKER }), reader)).toBe('not-its-writer');
  });

  it('none is read any more from the moment that was set', () => {
    const { reader } = during(() => new Date('2026-01-02T00:00:00Z'));
    expect(reasonOf(unsigned(), reader)).toBe('no-mac');
    expect(reader.acceptsUnsigned()).toBe(false);
  });
});
