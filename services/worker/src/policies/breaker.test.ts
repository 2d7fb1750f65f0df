import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Breaker } from './breaker.ts';

const options = { failures: 3, baseMs: 1_000, ceilingMs: 8_000 };
let clock: FakeClock;
let breaker: Breaker;

beforeEach(() => {
  clock = new FakeClock();
  breaker = new Breaker(clock, options);
});

function waitMs(): number {
  return breaker.retryAt.getTime() - clock.now().getTime();
}

describe('a breaker', () => {
  it.each([600_000, -600_000])('waits as long as it was to, though a clock is set by %i ms', async (by) => {
    breaker.failed(true);
    clock.set(by);
    expect(breaker.probeDue).toBe(false);
    expect(waitMs()).toBeGreaterThan(0);
    expect(waitMs()).toBeLessThanOrEqual(options.ceilingMs);
    await clock.advance(options.ceilingMs);
    expect(breaker.probeDue).toBe(true);
  });

  it('opens at the failures in a row that it was given, and at no fewer', () => {
    breaker.failed(false);
    breaker.failed(false);
    breaker.succeeded();
    breaker.failed(false);
    breaker.failed(false);
    expect(breaker.pass()).toBe(true);
    breaker.failed(false);
    expect(breaker.pass()).toBe(false);
  });

  it('opens at once when the provider refuses us', () => {
    breaker.failed(true);
    expect(breaker.state).toBe('open');
  });

  it('asks a provider that answers, and refuses recipients, again before long however often it does', () => {
    const waits = Array.from({ length: 10 }, () => {
      breaker.failed(true, true);
      breaker.probed();
      return waitMs();
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * options.baseMs);
  });

  it('lets one mail through when half-open, until its outcome is known', () => {
    breaker.failed(true);
    breaker.probed();
    expect(breaker.pass()).toBe(true);
    expect(breaker.pass()).toBe(false);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    expect(breaker.pass()).toBe(true);
  });

  it('lets the next mail be the probe when the outcome of one is not known for long', async () => {
    breaker = new Breaker(clock, { ...options, probeMs: 5_000 });
    breaker.failed(true);
    breaker.probed();
    breaker.pass();
    await clock.advance(4_999);
    expect(breaker.pass()).toBe(false);
    await clock.advance(1);
    expect(breaker.pass()).toBe(true);
    expect(breaker.pass()).toBe(false);
  });

  it('stays open for the late success of a mail that was under way when it opened', () => {
    breaker.failed(true);
    breaker.succeeded();
    expect(breaker.state).toBe('open');
  });

  it('waits longer with each probe that fails, up to its ceiling, and never less than half the base', () => {
    breaker.failed(true);
    for (let probe = 0; probe < 20; probe++) {
      expect(waitMs()).toBeGreaterThanOrEqual(options.baseMs / 2);
      expect(waitMs()).toBeLessThanOrEqual(options.ceilingMs);
      breaker.stillDown();
    }
  });

  it('opens again for a probe mail that fails', () => {
    breaker.failed(true);
    breaker.probed();
    breaker.pass();
    breaker.failed(false);
    expect(breaker.state).toBe('open');
  });
});
