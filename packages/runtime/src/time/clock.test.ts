import { describe, expect, it } from 'vitest';
import { FakeClock } from './clock.ts';

describe('the fake clock', () => {
  it('wakes sleepers in the order of their times', async () => {
    const clock = new FakeClock();
    const woken: string[] = [];
    void clock.sleep(200).then(() => woken.push('late'));
    void clock.sleep(100).then(() => woken.push('early'));
    await clock.advance(300);
    expect(woken).toEqual(['early', 'late']);
  });

  it('is frozen between two moves', async () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z');
    await clock.advance(1_500);
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
  });

  it('rejects a sleep whose signal is aborted', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleep = clock.sleep(100, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
  });
});
