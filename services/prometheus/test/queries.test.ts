import { describe, expect, it } from 'vitest';
import { alertQueries, dashboardQueries, syntaxError } from './queries.ts';

const queries = [...alertQueries(), ...dashboardQueries()];

/** Whether the metrics that they read are there is checked on services that run: packages/local/test/metrics.test.ts. */
describe('alerts and dashboards', () => {
  it('are read from their files', () => {
    expect(alertQueries().length).toBeGreaterThan(10);
    expect(dashboardQueries().length).toBeGreaterThan(30);
  });

  it('are PromQL', () => {
    const wrong = queries.map(({ expression, where }) => [where, syntaxError(expression)]).filter(([, error]) => error);
    expect(wrong).toEqual([]);
  });

  it('would report an error', () => {
    expect(syntaxError('sum(rate(up[5m])')).toContain('near');
  });
});
