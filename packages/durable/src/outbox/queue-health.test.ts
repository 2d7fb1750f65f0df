import { FakeClock } from '@postern/runtime';
import { expect, test } from 'vitest';
import { QueueHealth } from './queue-health.ts';

const OPTIONS = { downAfter: 3, baseMs: 1_000, ceilingMs: 8_000 };

test('a queue is down after its failures in a row, and up with the first success', () => {
  const health = new QueueHealth(new FakeClock(), OPTIONS);
  health.failed('q', 2);
  expect(health.isDown('q')).toBe(false);
  health.succeeded('q');
  health.failed('q', 2);
  expect(health.isDown('q')).toBe(false);
  health.failed('q');
  expect(health.isDown('q')).toBe(true);
  expect(health.isDown('other')).toBe(false);
  health.succeeded('q');
  expect(health.isDown('q')).toBe(false);
  expect(health.isClosed('q')).toBe(false);
});

test('a queue that is down is probed again after a wait that is bounded, however often it fails', async () => {
  const clock = new FakeClock();
  const health = new QueueHealth(clock, OPTIONS);
  for (let probe = 0; probe < 20; probe++) {
    health.failed('q', 3);
    expect(health.isClosed('q')).toBe(true);
    await clock.advance(OPTIONS.baseMs + OPTIONS.ceilingMs);
    expect(health.isClosed('q')).toBe(false);
    expect(health.isDown('q')).toBe(true);
  }
});

test('failures that come late, of sends from before, do not make the wait longer', async () => {
  const clock = new FakeClock();
  const health = new QueueHealth(clock, OPTIONS);
  for (let n = 0; n < 100; n++) health.failed('q');
  await clock.advance(OPTIONS.baseMs * 2);
  expect(health.isClosed('q')).toBe(false);
});
