import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  it('show a counter without labels as 0 before its first event', async () => {
    const metrics = new Metrics({ defaults: false });
    metrics.counter('mails_total', 'Mails');
    expect(await metrics.expose()).toContain('mails_total 0');
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
});
