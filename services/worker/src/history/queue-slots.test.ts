import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import { expect, it } from 'vitest';
import type { QueueMoment } from './queue-history.ts';
import { firstSlot, RANGES, type RangeName, slotsOf } from './queue-slots.ts';

const NOW = 1_800_000_030;

function moment(at: number, change: Partial<QueueMoment> = {}): QueueMoment {
  const none = { times: TIME_BOUNDS.map(() => 0), waits: WAIT_BOUNDS.map(() => 0) };
  return { at, queue: 'events', done: 60, failed: 0, dead: 0, waiting: 0, paused: false, ...none, ...change };
}

it.each(Object.keys(RANGES) as RangeName[])('%s ends with the slot that has begun, in at most a hundred', (range) => {
  const slots = slotsOf([], range, NOW);
  const { seconds, slotSeconds } = RANGES[range];
  expect(slots.length).toBeLessThanOrEqual(100);
  const end = firstSlot(range, NOW) + slots.length * slotSeconds;
  expect(end - slotSeconds).toBeLessThanOrEqual(NOW);
  expect(end).toBeGreaterThan(NOW);
  expect(slots.length * slotSeconds).toBe(seconds);
});

it('has a gap, and not zero, where nobody wrote', () => {
  const from = firstSlot('15m', NOW);
  const slots = slotsOf([moment(from), moment(from + 120, { done: 0 })], '15m', NOW);
  expect(slots.slice(0, 4).map((slot) => slot?.handled)).toEqual([1, undefined, 0, undefined]);
  expect(slots[2]?.timeP50).toBeUndefined();
});

it('adds up the minutes of a slot, by the time that they cover', () => {
  const from = firstSlot('6h', NOW);
  const [slot] = slotsOf(
    [moment(from), moment(from + 60, { done: 180, failed: 6, waiting: 7, paused: true })],
    '6h',
    NOW,
  );
  expect(slot).toMatchObject({ handled: 2, failed: 0.05, waiting: 7, paused: true });
});

it('takes what came in a row that is not over yet by the time that has passed', () => {
  const begun = Math.floor(NOW / 900) * 900;
  const slots = slotsOf([moment(begun, { done: 90 })], '24h', begun + 90);
  expect(slots.at(-1)?.handled).toBe(1);
});
