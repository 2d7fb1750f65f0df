import { Metrics } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { alertQueries, dashboardQueries, metricsOf, metricsOfSources, syntaxError } from './queries.ts';

const queries = [...alertQueries(), ...dashboardQueries()];

describe('alerts and dashboards', () => {
  it('are read from their files', () => {
    expect(alertQueries().length).toBeGreaterThan(10);
    expect(dashboardQueries().length).toBeGreaterThan(30);
  });

  it('are PromQL', () => {
    const wrong = queries.map(({ expression, where }) => [where, syntaxError(expression)]).filter(([, error]) => error);
    expect(wrong).toEqual([]);
  });

  it('name only metrics that a service exposes', async () => {
    const known = metricsOfSources();
    // Prometheus' own word on a scrape, and what prom-client measures of a process.
    known.add('up');
    for (const [, name] of (await new Metrics().expose()).matchAll(/^(?:# TYPE )?([a-z_0-9]+)[{ ]/gm))
      known.add(name as string);

    const unknown = queries.flatMap(({ expression, where }) =>
      metricsOf(expression)
        .filter((name) => !known.has(name))
        .map((name) => `${where}: ${name}`),
    );

    expect(unknown).toEqual([]);
  });

  it('would report an error', () => {
    expect(syntaxError('sum(rate(up[5m])')).toContain('near');
    expect(metricsOf('sum by (le) (rate(a_bucket{x="y"}[5m])) / b')).toEqual(['a_bucket', 'b']);
  });
});
