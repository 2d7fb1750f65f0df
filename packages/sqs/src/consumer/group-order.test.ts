import { describe, expect, test } from 'vitest';
import { Delivery } from './delivery.ts';
import { GroupOrder } from './group-order.ts';
import { Lease } from './lease.ts';

function delivery(id: string, groupId = 'g'): Delivery {
  const lease = new Lease({ ReceiptHandle: id }, { deadline: 0, termMs: 0, now: 0, isFrame: false });
  const history = { sentAt: 0, dueAt: 0, firstAt: 0, waits: 0, alone: false };
  const rules = { attemptsFor: () => 10, isUsedUp: () => false, isSuspect: () => false };
  const fields = { id, type: 't', body: 'b', attempt: 1, history, traceparent: undefined, groupId, attributes: {} };
  return new Delivery('orders.fifo', fields, lease, rules);
}

describe('The order of a group', () => {
  test('lets one run at a time, in the order they came, and other groups beside it', () => {
    const order = new GroupOrder();
    const [a, b, c] = [delivery('a'), delivery('b'), delivery('c')];
    expect([a, b, c].map((one) => order.admit(one))).toEqual([true, false, false]);
    expect(order.admit(delivery('x', 'h'))).toBe(true);
    expect(order.next(a)).toBe(b);
    expect(order.next(b)).toBe(c);
    expect(order.next(c)).toBeUndefined();
    expect(order.admit(delivery('d'))).toBe(true);
  });

  test('sends back all that are behind a failure', () => {
    const order = new GroupOrder();
    const [a, b, c] = [delivery('a'), delivery('b'), delivery('c')];
    for (const one of [a, b, c]) order.admit(one);
    expect(order.drop(a)).toEqual([b, c]);
    expect(order.admit(delivery('d'))).toBe(true);
  });

  test('lets none pass one whose lease was lost while it waited', () => {
    const order = new GroupOrder();
    const [a, b, c] = [delivery('a'), delivery('b'), delivery('c')];
    for (const one of [a, b, c]) order.admit(one);
    b.settled = true;
    expect(order.drop(b)).toEqual([c]);
    expect(order.next(a)).toBeUndefined();
  });
});
