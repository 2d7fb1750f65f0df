import { describe, expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';

interface Dependency {
  /** Milliseconds a call takes while `running` are under way. */
  latency(running: number): number;
}

let now = 0;
const healthy = { lagMs: 0, leaseMargin: 0.6, saturated: true, runningMs: 0 };

/** Looks every half second at a consumer that always has enough to do; returns what the last of them saw. */
function run(limit: AdaptiveLimit, dependency: Dependency, looks: number) {
  let perSecond = 0;
  let meanMs = 0;
  for (let n = 0; n < looks; n++) {
    const running = limit.limit;
    meanMs = dependency.latency(running);
    perSecond = (running * 1_000) / meanMs;
    const began = now;
    now += 500;
    for (let count = 0; count < perSecond / 2; count++) limit.ended(began, meanMs);
    limit.look({ ...healthy, now, runningMs: meanMs / 2 });
  }
  return { limit: limit.limit, perSecond, meanMs };
}

/** As many as `capacity` at a time take 5 ms; more get in each other's way. */
const congested = (capacity: number): Dependency => ({
  latency: (running) => 5 * Math.max(1, (running / capacity) ** 2),
});
const steady = (ms: number): Dependency => ({ latency: () => ms });

describe('An adaptive limit', () => {
  test('rises to its upper bound within seconds where nothing speaks against it', () => {
    expect(run(new AdaptiveLimit({ min: 1, max: 200 }), steady(5), 6).limit).toBe(200);
  });

  test('does not move when its bounds are one', () => {
    const limit = new AdaptiveLimit({ min: 50, max: 50 });
    limit.look({ ...healthy, now, lagMs: 5_000, leaseMargin: 0 });
    expect(limit.limit).toBe(50);
  });

  test("falls while handlers get in each other's way, does more than a fixed one, and comes back after", () => {
    const limit = new AdaptiveLimit({ min: 2, max: 100 });
    expect(run(limit, congested(100), 20).limit).toBe(100);
    const adapted = run(limit, congested(10), 40);
    const fixed = 100_000 / congested(10).latency(100);
    expect(adapted.limit).toBeLessThan(30);
    expect(adapted.perSecond).toBeGreaterThan(2 * fixed);
    expect(run(limit, congested(100), 60).limit).toBe(100);
  });

  test('keeps its height when handlers are ten times slower for another reason, and when they are back', () => {
    const limit = new AdaptiveLimit({ min: 2, max: 100 });
    run(limit, steady(5), 20);
    expect(run(limit, steady(50), 40).limit).toBe(100);
    expect(run(limit, steady(5), 40).limit).toBe(100);
  });

  test('falls when the event loop lags, down to its lower bound', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 100 });
    run(limit, steady(5), 20);
    for (let n = 0; n < 30; n++) limit.look({ ...healthy, now, lagMs: 300 });
    expect(limit.limit).toBe(4);
  });

  test('falls when leases are prolonged late', () => {
    const limit = new AdaptiveLimit({ min: 4, max: 100 });
    run(limit, steady(5), 20);
    limit.look({ ...healthy, now, leaseMargin: 0.1 });
    expect(limit.limit).toBe(70);
  });

  test('does not rise while slots are free', () => {
    const limit = new AdaptiveLimit({ min: 1, max: 100 });
    limit.look({ ...healthy, now, saturated: false });
    expect(limit.limit).toBe(10);
  });

  test('falls before any handler ends, when those that run already take far longer than usual', () => {
    const limit = new AdaptiveLimit({ min: 2, max: 100 });
    run(limit, steady(5), 20);
    for (let ms = 500; ms <= 5_000; ms += 500) limit.look({ ...healthy, now: now + ms, runningMs: ms });
    now += 5_000;
    expect(limit.limit).toBeLessThan(10);
    // They end as slowly, and so do those that began after: it was not for their number.
    for (let n = 0; n < 100; n++) limit.ended(now - 6_000, 6_000);
    for (let n = 0; n < 10; n++) limit.ended(now, 6_000);
    limit.look({ ...healthy, now });
    expect(limit.limit).toBe(100);
  });
});
