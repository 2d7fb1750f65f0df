import type { Histogram, Metrics } from '@postern/runtime';

type Series = ReturnType<Histogram['labels']>;

/** The durations of one route by status. */
export interface RouteMetrics {
  readonly method: string;
  readonly route: string;
  /** @param startedAt `performance.now()` of the request's start */
  observe(status: number, startedAt: number): void;
}

/** `http_request_duration_seconds{method,route,status}`. Routes are patterns, so that the labels are bounded. */
export class RequestMetrics {
  readonly #histogram: Histogram;

  constructor(metrics: Metrics) {
    this.#histogram = metrics.histogram(
      'http_request_duration_seconds',
      'Time from the end of the request headers to the end of the answer.',
      ['method', 'route', 'status'],
    );
  }

  /** Keeps the series of each status, so that counting a request is an array access. */
  forRoute(method: string, route: string): RouteMetrics {
    const series: (Series | undefined)[] = [];
    return {
      method,
      route,
      observe: (status, startedAt) => {
        let entry = series[status];
        if (!entry) {
          entry = this.#histogram.labels({ method, route, status: String(status) });
          series[status] = entry;
        }
        entry.observe((performance.now() - startedAt) / 1_000);
      },
    };
  }
}
