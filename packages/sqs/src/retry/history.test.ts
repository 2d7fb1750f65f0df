import { expect, test } from 'vitest';
import { type History, historyAfter, historyText, readHistory, waitedMs } from './history.ts';
import { ConsumerStoppedError, RetryLater } from './outcomes.ts';

const HOUR = 3_600_000;
const due: History = { sentAt: HOUR, dueAt: HOUR, firstAt: 2 * HOUR, waits: 0, alone: false };
const limited = new RetryLater('unknown', { atMostMs: HOUR });
const paused = new RetryLater('paused', { atMostMs: Number.POSITIVE_INFINITY });
const waited = (error: unknown, history: History, now: number, fifo = false) => waitedMs(error, history, { now, fifo });

test('a copy remembers since when it waits under a limit; one of an earlier release remembers none', () => {
  const history = { ...due, alone: true, heldSince: 5 };
  expect(readHistory(historyText(history))).toEqual(history);
  expect(readHistory('1/2/3/4')).toMatchObject({ waits: 4, alone: false, heldSince: undefined });
});

test("a limit of a wait's own counts from the first such wait, where nothing is remembered from the first receive", () => {
  expect(waited(limited, due, 9 * HOUR)).toBe(0);
  const held = historyAfter(limited, due, 9 * HOUR);
  expect(waited(limited, historyAfter(limited, held, 9.5 * HOUR), 10 * HOUR)).toBe(HOUR);
  expect(waited(limited, due, 9 * HOUR, true)).toBe(7 * HOUR);
});

test('any other limit counts from when the message was due', () => {
  expect(waited(new RetryLater(), due, 9 * HOUR)).toBe(8 * HOUR);
});

test('what waited without a limit, or has run and failed, begins to wait anew; what was stopped goes on', () => {
  const held = historyAfter(limited, due, 3 * HOUR);
  const resumed = historyAfter(paused, held, 8 * HOUR);
  expect([limited, new RetryLater()].map((error) => waited(error, resumed, 9 * HOUR))).toEqual([0, HOUR]);
  expect(waited(limited, historyAfter(new Error('full'), held, 8 * HOUR), 9 * HOUR)).toBe(0);
  expect(waited(limited, historyAfter(new ConsumerStoppedError(), held, 8 * HOUR), 9 * HOUR)).toBe(6 * HOUR);
});
