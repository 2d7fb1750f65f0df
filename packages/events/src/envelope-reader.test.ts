import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserErased } from './catalog/index.ts';
import { defineEvent, defineJob } from './define.ts';
import { EnvelopeError } from './envelope.ts';
import { canonicalJson } from './envelope-mac.ts';
import { EnvelopeReader, signEnvelope } from './envelope-reader.ts';
import { EnvelopeWriter } from './envelope-writer.ts';
import { events, jobs } from './known.ts';
import { testKeys } from './testing/test-keys.ts';
import { UnsignedWindow } from './unsigned-window.ts';
import { GATEWAY, WORKER } from './writers.ts';

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const gatewayKeys = testKeys('g1');
const workerKeys = testKeys('w1');
const keys = { [GATEWAY]: gatewayKeys, [WORKER]: workerKeys };
const reader = new EnvelopeReader([Shipped, Resize], keys);
const gateway = new EnvelopeWriter(GATEWAY, gatewayKeys);
const { envelope, body } = gateway.write(Shipped, { order_id: '7' }, { subject: 'u1' });

function reasonOf(text: string, by = reader): string {
  try {
    by.read(text);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.reason;
    throw error;
  }
  return 'read';
}

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

describe('a signed message whose text is changed so that it is read as the same value, or nearly', () => {
  const Free = defineEvent('order.noted', 1, z.object({ note: z.unknown(), count: z.number().nullable() }));
  const anyReader = new EnvelopeReader([Free], keys);
  const written = gateway.write(Free, { note: { a: 1 }, count: null }).body;
  const zero = gateway.write(Free, { note: { a: 1 }, count: 0 }).body;

  it.each([
    ['a number beyond a double in the place of null', written.replace('"count":null', '"count":1e999')],
    ['a negative one', written.replace('"count":null', '"count":-1e999')],
    ['-0 in the place of 0', zero.replace('"count":0', '"count":-0')],
    ['-0.0e5', zero.replace('"count":0', '"count":-0.0e5')],
    ['a name twice, the genuine one last', written.replace('"count":null', '"count":7,"count":null')],
    ['a name twice, once in escapes', written.replace('"count":null', '"c\\u006funt":7,"count":null')],
    ['a name twice in an inner object', written.replace('{"a":1}', '{"a":2,"a":1}')],
    ['a field __proto__', written.replace('{"a":1}', '{"a":1,"__proto__":{"admin":true}}')],
    ['a field __proto__ of the envelope', written.replace('{', '{"__proto__":{"x":1},')],
  ])('is given up at once: %s', (_what, text) => {
    expect(text).not.toBe(written);
    expect(reasonOf(text, anyReader)).toBe('not-an-envelope');
  });

  it.each([0, 1, -1.5, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 12345678901234567890n.toString()])(
    'a number is for its handler what was signed: %s',
    (count) => {
      const given = Number(count);
      const { body: text } = gateway.write(Free, { note: 'n', count: given });
      expect(anyReader.read(text).envelope.data).toEqual({ note: 'n', count: given });
    },
  );

  it.each(['\ud800', 'a\udc00b', '\ufffe', '\u0000', '\u2028', '😀', '__proto__', '"quoted": {[', '\\"', 'a:b'])(
    'a text is for its handler what was signed, as a value and as a name: %j',
    (odd) => {
      const note = { list: [odd, `${odd}${odd}`], [`x${odd}`]: odd };
      expect(anyReader.read(gateway.write(Free, { note, count: 1 }).body).envelope.data).toEqual({ note, count: 1 });
    },
  );

  it('what stands in half a surrogate pair cannot be changed', () => {
    const { body: text } = gateway.write(Free, { note: '\ud800', count: 1 });
    expect(reasonOf(text.replace('\\ud800', '\\ud801'), anyReader)).toBe('wrong-mac');
    expect(reasonOf(text.replace('\\ud800', '\\ufffd'), anyReader)).toBe('wrong-mac');
  });
});

describe('a message that is nested deep', () => {
  const Free = defineEvent('order.noted', 1, z.object({ note: z.unknown() }));
  const anyReader = new EnvelopeReader([Free], keys);
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['lists, 10 KB', lists(5_000)],
    ['objects, 10 KB', objects(1_700)],
    ['lists, 1 MB', lists(500_000)],
    ['a little more than is taken', lists(63)],
  ])('is given up at once, with a key that is known or without any: %s', (_what, text) => {
    const { body: genuine } = gateway.write(Free, { note: 'here' });
    expect(reasonOf(genuine.replace('"here"', text), anyReader)).toBe('not-an-envelope');
    expect(reasonOf(text, anyReader)).toBe('not-an-envelope');
    expect(() => signEnvelope(keys, genuine.replace('"here"', text))).toThrow(EnvelopeError);
  });

  it('is written as deep as it is read, and no deeper', () => {
    const { body: deepest } = gateway.write(Free, { note: nested(62) });
    expect(reasonOf(deepest, anyReader)).toBe('read');
    const around: { self?: unknown } = {};
    around.self = around;
    const itself = { toJSON: () => itself };
    for (const note of [nested(63), nested(3_000), around, itself]) {
      expect(() => gateway.write(Free, { note })).toThrow(expect.objectContaining({ reason: 'invalid-data' }));
    }
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

describe('a message that has waited in the database of its writer', () => {
  const day = 86_400_000;
  const later = new Date(Date.now() + 40 * day);
  const atThatTime = new EnvelopeReader([Shipped, Resize], keys, { maxAgeMs: 28 * day, now: () => later });
  const unsigned = (change: object) => JSON.stringify({ ...JSON.parse(body), mac: undefined, ...change });

  it('is signed anew when it is old, and is then as good as new', () => {
    expect(reasonOf(body, atThatTime)).toBe('too-old');
    const renewed = gateway.renew(body, later);
    expect(atThatTime.read(renewed).envelope).toMatchObject({ id: envelope.id, data: envelope.data });
  });

  it('is signed with the key of now when it was signed with another', () => {
    const during = testKeys('g2', gatewayKeys.writing);
    const rotated = new EnvelopeWriter(GATEWAY, during);
    const { writing } = during;
    const alone = { writing, find: (id: string) => (id === writing.id ? writing.bytes : undefined) };
    const after = new EnvelopeReader([Shipped], { [GATEWAY]: alone });
    expect(reasonOf(body, after)).toBe('unknown-key');
    expect(reasonOf(rotated.renew(body), after)).toBe('read');
  });

  it('is signed when it is of a release from before signatures', () => {
    expect(reasonOf(gateway.renew(unsigned({})))).toBe('read');
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

describe('while unsigned messages are accepted', () => {
  const { mac: _, ...before } = JSON.parse(body) as Record<string, unknown>;
  const unsigned = (change: object = {}) => JSON.stringify({ ...before, ...change });

  function during(now = () => new Date('2026-01-01T00:00:00Z')) {
    const accepted: string[] = [];
    const window = new UnsignedWindow({
      until: new Date('2026-01-02T00:00:00Z'),
      now,
      accepted: ({ type }) => void accepted.push(type),
    });
    return {
      accepted,
      reader: new EnvelopeReader([Shipped, Resize], { ...keys, [WORKER]: undefined }, { unsigned: window }),
    };
  }

  it('those of a release from before are read, and said', () => {
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
    const both = new UnsignedWindow({ until: new Date(Date.now() + 60_000), accepted: () => undefined });
    const reader = new EnvelopeReader([Shipped], keys, { unsigned: both });
    expect(reasonOf(unsigned({ source: WORKER }), reader)).toBe('not-its-writer');
  });

  it('none is read any more from the moment that was set', () => {
    const { reader } = during(() => new Date('2026-01-02T00:00:00Z'));
    expect(reasonOf(unsigned(), reader)).toBe('no-mac');
    expect(reader.acceptsUnsigned()).toBe(false);
  });
});
