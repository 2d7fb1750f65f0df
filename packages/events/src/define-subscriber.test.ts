import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define.ts';
import { defineSubscriber, sharedCopy } from './define-subscriber.ts';
import { createEnvelope } from './envelope.ts';
import { events } from './known.ts';

const OrderPlaced = defineEvent(
  'order.placed',
  2,
  z.object({ id: z.string(), email: z.string(), note: z.string().optional() }),
  {
    upcasts: { 1: (data) => data },
    shared: ['id', 'note'],
  },
);
const OrderPaid = defineEvent('order.paid', 1, z.object({ id: z.string() }));

describe('a subscriber', () => {
  it('hears on a queue of its own', () => {
    expect(defineSubscriber('billing', [OrderPlaced])).toEqual({ queue: 'for-billing', events: [OrderPlaced] });
  });

  it.each([
    ['Billing', [OrderPlaced], /^a subscriber's name is lower case words/],
    ['a'.repeat(31), [OrderPlaced], /30 characters at most/],
    ['billing', [], /^the subscriber billing subscribes to no event$/],
    ['billing', [OrderPlaced, OrderPaid], /^the subscriber billing may not have order\.paid: .*`shared`$/],
  ])('is refused as %s of %o', (name, heard, problem) => {
    expect(() => defineSubscriber(name, heard)).toThrow(problem);
  });
});

describe('a copy for another team', () => {
  const copy = (data: { id: string; email: string; note?: string }) =>
    JSON.parse(sharedCopy(OrderPlaced, createEnvelope(OrderPlaced, data, { source: 'acme/shop', subject: 'o1' })));

  it('has the envelope, and of the data the shared fields that are there', () => {
    expect(copy({ id: 'o1', email: 'ann@example.com' })).toMatchObject({
      ...{ specversion: '1.0', source: 'acme/shop', type: 'order.placed', dataversion: 2, subject: 'o1' },
      data: { id: 'o1' },
    });
    expect(Object.keys(copy({ id: 'o1', email: 'ann@example.com' }).data)).toEqual(['id']);
  });

  it('is text that every SQS accepts, so that it need not travel in a frame', () => {
    const note = 'a bow \u{1F380}, \uFFFF and half \uD83C of one';
    const envelope = createEnvelope(OrderPlaced, { id: 'o1', email: 'a@b.example', note }, { source: 'acme/shop' });
    const text = sharedCopy(OrderPlaced, envelope);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text).data.note).toBe(note);
  });
});

it('no event of the catalog shares an address, a name or a link', () => {
  const inside = ['email', 'old_email', 'first_name', 'token_id', 'address_range', 'device'];
  expect(events.filter(({ shared }) => shared.some((name) => inside.includes(name))).map(({ type }) => type)).toEqual(
    [],
  );
});
