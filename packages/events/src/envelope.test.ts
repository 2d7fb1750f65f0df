import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define.ts';
import { createEnvelope, decodeEnvelope, EnvelopeError, parseEnvelope } from './envelope.ts';

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.uuid() }));
const order_id = '0198c1f0-0000-7000-8000-000000000001';

function reasonOf(body: string, catalog = [Shipped]): string {
  try {
    decodeEnvelope(catalog, parseEnvelope(body).envelope);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.reason;
    throw error;
  }
  return 'decoded';
}

function bodyWith(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...createEnvelope(Shipped, { order_id }, { source: 'test' }), ...changes });
}

describe('an envelope', () => {
  it('comes back from its text as it was made', () => {
    const envelope = createEnvelope(Shipped, { order_id }, { source: 'test', subject: 'u1' });
    expect(decodeEnvelope([Shipped], parseEnvelope(JSON.stringify(envelope)).envelope).envelope).toEqual(envelope);
  });

  it('has a UUIDv7 as id and a UTC time', () => {
    const envelope = createEnvelope(Shipped, { order_id }, { source: 'test' });
    expect(envelope.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(envelope.time).toMatch(/Z$/);
  });

  it('is not made from data that breaks the schema', () => {
    expect(() => createEnvelope(Shipped, { order_id: 'no' }, { source: 'test' })).toThrow(/\/order_id/);
  });

  it.each([
    ['not-json', '{"specversion":'],
    ['not-an-envelope', '{}'],
    ['not-an-envelope', 'null'],
    ['not-an-envelope', bodyWith({ id: 'x' })],
    ['not-an-envelope', bodyWith({ traceparent: 'x' })],
    ['unknown-type', bodyWith({ type: 'order.lost' })],
    ['unknown-version', bodyWith({ dataversion: 2 })],
    ['invalid-data', bodyWith({ data: { order_id: 7 } })],
    ['not-an-envelope', bodyWith({ data: undefined })],
  ])('says %s of a body that is', (reason, body) => {
    expect(reasonOf(body)).toBe(reason);
  });

  it('names the first of many errors in its error, and how many more there are', () => {
    const Listed = defineEvent('order.listed', 1, z.object({ ids: z.array(z.uuid()) }));
    const adding = () => createEnvelope(Listed, { ids: new Array(1_000).fill('no') }, { source: 'test' });
    expect(adding).toThrow(/^invalid data of order.listed: \/ids\/0: .{1,1000}; and 990 more$/);
  });

  it('never quotes the body in its error', () => {
    const body = '{"email":"ann@example.com"';
    expect(() => parseEnvelope(body)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('ann') }));
  });

  it('upcasts old data through every version up to its own', () => {
    const schema = z.object({ order: z.uuid(), carrier: z.string() });
    const ShippedV3 = defineEvent('order.shipped', 3, schema, {
      upcasts: {
        1: (data) => ({ order: (data as { order_id: string }).order_id }),
        2: (data) => ({ ...(data as object), carrier: 'unknown' }),
      },
    });
    const { envelope } = decodeEnvelope([ShippedV3], parseEnvelope(bodyWith({})).envelope);
    expect(envelope).toMatchObject({ dataversion: 3, data: { order: order_id, carrier: 'unknown' } });
  });

  it('cannot be defined at a version that lacks an upcast', () => {
    expect(() => defineEvent('order.shipped', 2, z.object({}))).toThrow(/no upcast from version 1/);
  });

  it('cannot be defined under a malformed type', () => {
    expect(() => defineEvent('OrderShipped', 1, z.object({}))).toThrow(/not a message type/);
  });
});
