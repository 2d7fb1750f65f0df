import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimeLimit } from './time-limit.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const NEVER = new AbortController().signal;

it('is up after its time', () => {
  const limit = new TimeLimit(1_000, NEVER);
  vi.advanceTimersByTime(999);
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limit.signal.aborted).toBe(true);
});

it('counts anew from where it is restarted', () => {
  const limit = new TimeLimit(1_000, NEVER);
  vi.advanceTimersByTime(900);
  limit.restart(5_000);
  vi.advanceTimersByTime(4_999);
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limit.signal.aborted).toBe(true);
});

it('ends with the signal around it, also after it was restarted', () => {
  const outer = new AbortController();
  const limit = new TimeLimit(1_000, outer.signal);
  limit.restart(5_000);
  outer.abort();
  expect(limit.signal.aborted).toBe(true);
  limit.end();
});

it('does not begin again once it has ended', () => {
  const limit = new TimeLimit(1_000, NEVER);
  limit.end();
  limit.restart(5_000);
  expect(vi.getTimerCount()).toBe(0);
});
