import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  it('show a counter without labels as 0 before its first event', async () => {
    const metrics = new Metrics({ defaults: false });
    metrics.counter('mails_total', 'Mails');
    expect(await metrics.expose()).toContain('mails_total 0');
  });

  it('have one counter of a name, however often it is asked for, and none of other labels', async () => {
    const metrics = new Metrics({ defaults: false });
    for (const _each of [1, 2]) metrics.counter('mails_total', 'Mails', ['mail']).inc({ mail: 'welcome' });
    expect(await metrics.expose()).toContain('mails_total{mail="welcome"} 2');
    expect(() => metrics.counter('mails_total', 'Mails')).toThrow('already been registered');
    expect(() => metrics.gauge('mails_total', 'Mails')).toThrow('already been registered');
  });

  it('count each combination of labels apart', async () => {
    const metrics = new Metrics({ defaults: false });
    const mails = metrics.counter('mails_total', 'Mails', ['mail', 'outcome']);
    mails.inc({ mail: 'welcome', outcome: 'accepted' }, 2);
    mails.labels({ outcome: 'failed', mail: 'welcome' }).inc();
    const text = await metrics.expose();
    expect(text).toContain('mails_total{mail="welcome",outcome="accepted"} 2');
    expect(text).toMatch(/mails_total\{(mail="welcome",outcome="failed"|outcome="failed",mail="welcome")\} 1/);
  });

  it('put an observation into its bucket and every larger one', async () => {
    const metrics = new Metrics({ defaults: false });
    const histogram = metrics.histogram('took_seconds', 'Took', ['q'], [0.1, 1]);
    histogram.observe({ q: 'a' }, 0.5);
    histogram.observe({ q: 'a' }, 5);
    const text = await metrics.expose();
    expect(text).toContain('took_seconds_bucket{q="a",le="0.1"} 0');
    expect(text).toContain('took_seconds_bucket{q="a",le="1"} 1');
    expect(text).toContain('took_seconds_bucket{q="a",le="+Inf"} 2');
    expect(text).toContain('took_seconds_sum{q="a"} 5.5');
  });

  it('read a collected gauge at each scrape', async () => {
    const metrics = new Metrics({ defaults: false });
    let depth = 1;
    metrics.gauge('depth', 'Depth', [], (gauge) => gauge.set({}, depth));
    expect(await metrics.expose()).toContain('depth 1');
    depth = 7;
    expect(await metrics.expose()).toContain('depth 7');
  });

  it('refuse labels that the metric does not have', () => {
    const counter = new Metrics({ defaults: false }).counter('mails_total', 'Mails', ['mail']);
    expect(() => counter.inc({ mial: 'x' })).toThrow('mails_total takes the labels [mail], not [mial]');
  });

  it('leave out what cannot be read, count it, and report the rest', async () => {
    const metrics = new Metrics({ defaults: false });
    metrics.counter('mails_total', 'Mails').inc({}, 2);
    metrics.gauge('depth', 'Depth', [], async () => {
      throw new Error('the database is away');
    });
    const leftOut: unknown[] = [];
    const text = await metrics.expose((metric, error) => leftOut.push([metric, (error as Error).message]));
    expect(text).toContain('mails_total 2');
    expect(text).toContain('metrics_unreadable_total{metric="depth"} 1');
    expect(text).not.toContain('# HELP depth');
    expect(leftOut).toEqual([['depth', 'the database is away']]);
  });

  it('do not wait for what hangs, and ask it once until it has answered', async () => {
    const metrics = new Metrics({ defaults: false, readLimitMs: 20 });
    const hanging = Promise.withResolvers<void>();
    let asked = 0;
    metrics.gauge('depth', 'Depth', [], (gauge) => {
      asked += 1;
      gauge.set({}, 7);
      return hanging.promise;
    });
    await metrics.expose();
    expect(await metrics.expose()).toContain('metrics_unreadable_total{metric="depth"} 2');
    expect(asked).toBe(1);
    hanging.resolve();
    expect(await metrics.expose()).toContain('depth 7');
  });

  it('count from 0 what has never been left out', async () => {
    const metrics = new Metrics({ defaults: false });
    metrics.gauge('depth', 'Depth', [], (gauge) => gauge.set({}, 1));
    expect(await metrics.expose()).toContain('metrics_unreadable_total{metric="depth"} 0');
  });
});
