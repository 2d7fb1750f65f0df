import { describe, expect, it } from 'vitest';
import { Health } from './health.ts';

describe('health', () => {
  it('is ready when every check passes', async () => {
    const health = new Health();
    health.addReadiness('database', async () => {});
    expect(await health.ready()).toEqual({ ok: true, checks: [{ name: 'database', ok: true }] });
  });

  it('names the check that failed and why', async () => {
    const health = new Health();
    health.addReadiness('database', async () => {});
    health.addReadiness('queue', async () => {
      throw new Error('connect ECONNREFUSED');
    });
    expect(await health.ready()).toMatchObject({
      ok: false,
      checks: [{ ok: true }, { name: 'queue', detail: 'connect ECONNREFUSED' }],
    });
  });

  it('checks once for all who ask at the same time: they must not make it look busy', async () => {
    const health = new Health();
    let asked = 0;
    health.addReadiness('database', async () => void asked++);
    const reports = await Promise.all([health.ready(), health.ready(), health.ready()]);
    expect(reports.every(({ ok }) => ok)).toBe(true);
    expect(asked).toBe(1);
    await health.ready();
    expect(asked).toBe(2);
  });

  it('is not ready while draining, whatever the checks say', async () => {
    const health = new Health();
    health.drain();
    expect(await health.ready()).toMatchObject({ ok: false, checks: [{ name: 'draining' }] });
  });

  it('is alive until a check reports what has stalled', () => {
    const health = new Health();
    let stalled: string | undefined;
    health.addLiveness('poll loop', () => stalled);
    expect(health.live().ok).toBe(true);
    stalled = 'no poll for 90 s';
    expect(health.live()).toEqual({
      ok: false,
      checks: [{ name: 'poll loop', ok: false, detail: 'no poll for 90 s' }],
    });
  });

  it('is ready while a part it can do without is down, and reports it in its details', async () => {
    const health = new Health();
    health.addReadiness('database', async () => {});
    health.addDetail('queue', async () => {
      throw new Error('connect ECONNREFUSED');
    });
    expect(await health.ready()).toEqual({
      ok: true,
      checks: [{ name: 'database', ok: true }],
      details: [{ name: 'queue', ok: false, detail: 'connect ECONNREFUSED' }],
    });
  });

  it('asks a part that never answers once, and does not wait for it', async () => {
    const health = new Health();
    let asked = 0;
    health.addDetail('queue', () => {
      asked += 1;
      return new Promise(() => {});
    });
    const [first, second] = [await health.ready(), await health.ready()];
    expect([first.ok, first.details?.[0]?.ok, second.details?.[0]?.ok, asked]).toEqual([true, false, false, 1]);
  });
});
