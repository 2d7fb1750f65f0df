import { expect, it } from 'vitest';
import { LONGEST_WAIT_MS } from './retry-rule.ts';
import { WaitingLines } from './waiting-lines.ts';

const front = new Date('2026-01-01T12:00:01Z');
const rule = { max: 10, windowMs: 1_000 };

/** How many mails wait for each window, in seconds behind the first. */
function waiting(lines: WaitingLines, count: number, limit = 'domain a.example', of = rule): number[] {
  const windows: number[] = [];
  for (let n = 0; n < count; n++) {
    const window = (lines.next({ limit, at: front }, of).getTime() - front.getTime()) / 1_000;
    windows[window] = (windows[window] ?? 0) + 1;
  }
  return windows;
}

it('mails that a limit held back wait for one window after the other, twice as many for each as it has places', () => {
  expect(waiting(new WaitingLines(), 70)).toEqual([20, 20, 20, 10]);
});

it('each limit has a line of its own', () => {
  const lines = new WaitingLines();
  waiting(lines, 70);
  expect(waiting(lines, 10, 'domain b.example')).toEqual([10]);
});

it('a window that has passed is waited for no more', () => {
  const lines = new WaitingLines();
  waiting(lines, 30);
  const later = new Date(front.getTime() + 60_000);
  expect(lines.next({ limit: 'domain a.example', at: later }, rule)).toEqual(later);
});

it('a line longer than a mail may wait begins again at its front, spread alike over all its windows', () => {
  const windows = waiting(new WaitingLines(), 40_000);
  expect(windows.length).toBeLessThanOrEqual(LONGEST_WAIT_MS / 1_000 + 1);
  expect(Math.max(...windows) - Math.min(...windows)).toBe(20);
});

it('mails behind a long window all wait for the next one, which is not to be missed', () => {
  expect(waiting(new WaitingLines(), 300, 'domain a.example', { max: 10, windowMs: 3_600_000 })).toEqual([300]);
});

it('knows so many lines and no more, whoever chooses the domains', () => {
  const lines = new WaitingLines();
  waiting(lines, 30);
  for (let n = 0; n < 1_000; n++) waiting(lines, 1, `domain ${n}.example`);
  expect(waiting(lines, 1)).toEqual([1]);
});
