import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { FakeEvents } from './fake-events.ts';

const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const Lost = defineEvent('order.lost', 1, z.object({ order_id: z.string() }));

async function two(): Promise<FakeEvents> {
  const fakeEvents = new FakeEvents();
  await fakeEvents.dispatch(undefined, Shipped, { order_id: '1' }, { subject: 'ann' });
  await fakeEvents.dispatch(undefined, Shipped, { order_id: '2' });
  return fakeEvents;
}

describe('what was dispatched', () => {
  it('is found by its kind and by a closer look, and handed out', async () => {
    const fakeEvents = await two();
    expect(fakeEvents.expectDispatched(Shipped)).toHaveLength(2);
    const found = fakeEvents.expectDispatched(Shipped, ({ data }) => data.order_id === '2');
    expect(found.map(({ data }) => data)).toEqual([{ order_id: '2' }]);
    fakeEvents.expectDispatched(Shipped, ({ options }) => expect(options).toEqual({ subject: 'ann' }));
    fakeEvents.expectNothingDispatched(Lost);
    expect(fakeEvents.types).toEqual(['order.shipped', 'order.shipped']);
  });

  it('is listed when it is not what was expected', async () => {
    const fakeEvents = await two();
    const listed = 'Dispatched:\n- order.shipped {"order_id":"1"} {"subject":"ann"}\n- order.shipped {"order_id":"2"}';
    expect(() => fakeEvents.expectDispatched(Lost)).toThrow(`expected order.lost to be dispatched. ${listed}`);
    expect(() => fakeEvents.expectDispatched(Shipped, () => false)).toThrow(
      `expected order.shipped to be dispatched as the test asks. ${listed}`,
    );
    expect(() => fakeEvents.expectNothingDispatched()).toThrow(`expected no message to be dispatched. ${listed}`);
    expect(() => fakeEvents.expectNothingDispatched(Shipped)).toThrow(listed);
    expect(() => new FakeEvents().expectDispatched(Lost)).toThrow('Nothing was dispatched.');
  });

  it('fits an expectation that throws no more than one that is false, whose words are handed on', async () => {
    const fakeEvents = await two();
    const failing = () => fakeEvents.expectDispatched(Shipped, ({ data }) => expect(data.order_id).toBe('3'));
    expect(failing).toThrow(/as the test asks \(expected '1' to be '3'.*Dispatched:/s);
  });

  it('is valid, as the real publisher sees to', async () => {
    const wrong = { order_id: 7 } as unknown as { order_id: string };
    await expect(new FakeEvents().dispatch(undefined, Shipped, wrong)).rejects.toThrow(/order_id/);
  });
});
