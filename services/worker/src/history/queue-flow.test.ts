import { WAIT_BOUNDS } from '@postern/sqs';
import { expect, it } from 'vitest';
import { queueFlow } from './queue-flow.ts';
import type { QueueMoment } from './queue-history.ts';

const NOW = 1_800_000_000;

/** A minute, so many minutes ago, in which so many were handled within a second and so many waited at its end. */
function minute(ago: number, handled: number, waiting: number, paused = false): QueueMoment {
  const waits = [...WAIT_BOUNDS.map((bound) => (bound === 1 ? handled : 0)), 0];
  return { at: NOW - ago * 60, queue: 'q', done: handled, failed: 0, dead: 0, waiting, paused, times: [], waits };
}

const now = { waiting: 40, lastEmpty: NOW - 7_200, now: NOW };

it('counts what came by what went and what waits more than before', () => {
  expect(queueFlow([minute(3, 60, 10), minute(2, 60, 25), minute(1, 60, 40)], now).arriving).toBe(1.25);
});

it('knows of nothing that came from a single look', () => {
  expect(queueFlow([minute(1, 60, 10)], now).arriving).toBeUndefined();
});

it('estimates the age of the oldest by the wait of those that are handled', () => {
  const { oldest } = queueFlow([minute(2, 60, 10), minute(1, 60, 40)], now);
  expect(oldest).toMatchObject({ atMost: false, seconds: expect.closeTo(0.995) });
});

it('reports of a queue that nobody consumes since when it may have waited', () => {
  const { oldest } = queueFlow([minute(2, 0, 10, true), minute(1, 0, 40, true)], now);
  expect(oldest).toEqual({ atMost: true, seconds: 7_200 });
  expect(queueFlow([], { ...now, lastEmpty: undefined }).oldest).toBeUndefined();
});

it('has no oldest message where none waits', () => {
  expect(queueFlow([], { ...now, waiting: 0 }).oldest).toBeUndefined();
});
