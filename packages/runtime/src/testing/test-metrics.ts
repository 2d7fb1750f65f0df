import { Metrics } from '../ops/metrics.ts';

/** On a machine that stands still for half a minute a metric is late to be read, and nothing else is wrong. */
const READ_LIMIT_MS = 120_000;

/** Metrics of a test: none of the process's own, and none is left out because reading it took a while. */
export function testMetrics(): Metrics {
  return new Metrics({ defaults: false, readLimitMs: READ_LIMIT_MS });
}
