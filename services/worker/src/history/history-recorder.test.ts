import { FakeClock, MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { HistoryRecorder } from './history-recorder.ts';
import type { QueueCounts } from './queue-history.ts';

/** A replica that consumes one queue, and a history that may be away. */
function recorder() {
  const clock = new FakeClock('2026-01-01T10:00:10.000Z');
  const logger = new MemoryLogger();
  const counts = { done: 5, failed: 1, dead: 0, waiting: 3, times: [5, 0], waits: [4, 1] };
  const written: { at: number; counts: readonly QueueCounts[] }[] = [];
  const history = {
    away: false,
    add: async (at: number, given: readonly QueueCounts[]) => {
      if (history.away) throw new Error('the database is away');
      written.push({ at, counts: given });
    },
    prune: async () => {},
  };
  const consumer = { queue: 'events', paused: false, counts: () => structuredClone(counts) };
  const it = new HistoryRecorder(history, { clock, logger, random: () => 0.5 });
  it.start([consumer]);
  const minute = async () => {
    await until(() => clock.sleeping === 1);
    await clock.advance(60_000);
  };
  return { clock, logger, counts, written, history, consumer, it, minute };
}

const TEN = Date.parse('2026-01-01T10:00:00.000Z') / 1_000;

it('writes once a minute what came since the last one, into the minute that is over', async () => {
  const { counts, written, minute, it } = recorder();
  counts.done += 7;
  counts.times[1] = 2;
  await minute();
  await minute();
  expect(written.map(({ at }) => at)).toEqual([TEN, TEN + 60]);
  expect(written[0]?.counts).toEqual([
    { queue: 'events', paused: false, waiting: 3, done: 7, failed: 0, dead: 0, times: [0, 2], waits: [0, 0] },
  ]);
  expect(written[1]?.counts[0]).toMatchObject({ done: 0 });
  await it.stop();
});

it('warns of what cannot be written, leaves a gap, and goes on', async () => {
  const { counts, written, minute, history, logger, it } = recorder();
  history.away = true;
  counts.done += 7;
  await minute();
  await minute();
  history.away = false;
  counts.done += 1;
  await minute();
  expect(written.map(({ at, counts: [events] }) => [at, events?.done])).toEqual([[TEN + 120, 1]]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'info']);
  await it.stop();
});

it('writes what is left when its replica stops', async () => {
  const { counts, written, it } = recorder();
  counts.done += 2;
  await it.stop();
  expect(written).toMatchObject([{ at: TEN, counts: [{ done: 2 }] }]);
});
