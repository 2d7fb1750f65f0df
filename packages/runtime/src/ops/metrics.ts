import { collectDefaultMetrics, Registry } from 'prom-client';
import { within } from '../time/within.ts';
import { type Collected, Counter, Gauge, Histogram } from './instruments.ts';

/** Gauges of prom-client's whose names end as a counter's; the same by type, without `_total`, stay. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** How long one metric may take to be read: more than a readiness check (2 s), well below Prometheus' scrape timeout (10 s). */
const READ_LIMIT_MS = 3_000;

interface MetricsOptions {
  /** Whether prom-client's own metrics are among them. Default true. */
  defaults?: boolean;
  /** How long one metric may take to be read at a scrape, in milliseconds. Default 3,000. */
  readLimitMs?: number;
}

/** How metrics are written down: Prometheus' own text, or OpenMetrics, which has exemplars. */
export type Exposition = 'text' | 'openmetrics';

/** What prom-client's registry has and its types leave out: it writes whatever has a `get()`, in the way of its own content type. */
interface Writer {
  readonly contentType: string;
  getMetricsAsString(metric: { get(): Promise<Collected> }): Promise<string>;
}

const PromRegistry = Registry as unknown as new (contentType?: string) => Writer;
const WRITERS: Record<Exposition, Writer> = {
  text: new PromRegistry(),
  openmetrics: new PromRegistry(Registry.OPENMETRICS_CONTENT_TYPE),
};

/** The metrics of one process, with prom-client's own for CPU, memory, GC and event loop. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #readLimitMs: number;
  /** Reads that have not ended: what hangs is asked once, not again with every scrape. */
  readonly #reading = new Map<string, Promise<Collected>>();
  readonly #unreadable = new Counter('metrics_unreadable_total', 'Scrapes that a metric was left out of', ['metric']);

  constructor({ defaults = true, readLimitMs = READ_LIMIT_MS }: MetricsOptions = {}) {
    this.#readLimitMs = readLimitMs;
    if (defaults) collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    register(this.#registry, this.#unreadable);
  }

  contentType(exposition: Exposition = 'text'): string {
    return WRITERS[exposition].contentType;
  }

  /** The counter of that name: made when it is asked for first. @throws Error when there is one of other labels or another kind */
  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    const known: unknown = this.#registry.getSingleMetric(name);
    if (known instanceof Counter && known.has(labelNames)) return known;
    return this.#add(new Counter(name, help, labelNames));
  }

  /** `collect`, when given, is called at each scrape to set the current value. */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    collect?: (gauge: Gauge) => void | Promise<void>,
  ): Gauge {
    // An alert on `increase` needs a start.
    if (collect) this.#unreadable.labels({ metric: name });
    return this.#add(new Gauge(name, help, labelNames, collect));
  }

  /** Buckets are upper bounds in seconds, ascending. */
  histogram(name: string, help: string, labelNames: readonly string[], buckets?: readonly number[]): Histogram {
    return this.#add(new Histogram(name, help, labelNames, buckets));
  }

  /**
   * All metrics, by default in Prometheus' text format. What cannot be read, or not in time, is left out and counted
   * (`metrics_unreadable_total{metric}`): one part that is down must not hide all the others.
   *
   * @param leftOut hears why a metric was left out
   */
  async expose(
    leftOut: (metric: string, error: unknown) => void = () => undefined,
    exposition: Exposition = 'text',
  ): Promise<string> {
    const names = this.#registry.getMetricsAsArray().map(({ name }) => name);
    const texts = await Promise.all(
      names.map(async (name) => {
        if (name === this.#unreadable.name) return undefined;
        try {
          return await write(await within(this.#readLimitMs, this.#read(name)), exposition);
        } catch (error) {
          this.#unreadable.inc({ metric: name });
          leftOut(name, error);
          return undefined;
        }
      }),
    );
    // Last: it counts those of this scrape.
    texts.push(await write(await this.#unreadable.get(), exposition));
    const read = texts.filter((text) => text !== undefined);
    return exposition === 'text' ? `${read.join('\n\n')}\n` : `${read.join('\n')}\n# EOF\n`;
  }

  #read(name: string): Promise<Collected> {
    const under = this.#reading.get(name);
    if (under) return under;
    const metric = this.#registry.getSingleMetric(name) as unknown as Pick<Counter, 'get'>;
    const reading = metric.get().finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  #add<Kind extends Counter | Gauge | Histogram>(metric: Kind): Kind {
    register(this.#registry, metric);
    return metric;
  }
}

/** OpenMetrics calls a family of counters by its name without `_total`, which prom-client puts behind that of each series. */
function write(collected: Collected, exposition: Exposition): Promise<string> {
  const counter = exposition === 'openmetrics' && collected.type === 'counter';
  const named = counter ? { ...collected, name: collected.name.replace(/_total$/, '') } : collected;
  return WRITERS[exposition].getMetricsAsString({ get: async () => named });
}

/** prom-client types a registered metric as one of its classes; at a scrape it calls `get()` alone. */
function register(registry: Registry, metric: Counter | Gauge | Histogram): void {
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
