import { collectDefaultMetrics, Registry } from 'prom-client';
import { within } from '../time/within.ts';

export type LabelValues = Readonly<Record<string, string>>;

interface Sample {
  metricName?: string;
  labels: Record<string, string | number>;
  value: number;
}

/** What prom-client's registry asks of a metric when it is scraped. */
interface Collected {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  aggregator: 'sum';
  values: Sample[];
}

/**
 * A family of series of one name. Values are counted into plain fields and handed to prom-client only when scraped:
 * its own labelled histogram costs a quarter of the whole request rate (measured).
 */
abstract class Family<Series> {
  readonly name: string;
  readonly help: string;
  readonly #labelNames: readonly string[];
  readonly #series = new Map<string, { labels: LabelValues; series: Series }>();

  constructor(name: string, help: string, labelNames: readonly string[]) {
    this.name = name;
    this.help = help;
    this.#labelNames = labelNames;
  }

  protected abstract create(): Series;
  protected abstract samples(labels: LabelValues, series: Series): Sample[];
  protected abstract readonly type: Collected['type'];

  /** The series of these label values; keep it where it is used often. Throws when a label is missing or unknown. */
  labels(labels: LabelValues): Series {
    const names = Object.keys(labels);
    if (names.length !== this.#labelNames.length || this.#labelNames.some((name) => labels[name] === undefined)) {
      throw new TypeError(`${this.name} takes the labels [${this.#labelNames.join(', ')}], not [${names.join(', ')}]`);
    }
    const key = this.#labelNames.map((name) => labels[name]).join('\u0000');
    let entry = this.#series.get(key);
    if (!entry) {
      entry = { labels, series: this.create() };
      this.#series.set(key, entry);
    }
    return entry.series;
  }

  async get(): Promise<Collected> {
    // A series without labels is shown as 0 before its first event: an alert on `rate` needs a start.
    if (this.#labelNames.length === 0) this.labels({});
    const values = [...this.#series.values()].flatMap(({ labels, series }) => this.samples(labels, series));
    return { name: this.name, help: this.help, type: this.type, aggregator: 'sum', values };
  }
}

class CounterSeries {
  value = 0;
  inc(by = 1): void {
    this.value += by;
  }
}

export class Counter extends Family<CounterSeries> {
  protected override readonly type = 'counter';
  protected override create(): CounterSeries {
    return new CounterSeries();
  }
  protected override samples(labels: LabelValues, { value }: CounterSeries): Sample[] {
    return [{ labels, value }];
  }
  inc(labels: LabelValues = {}, by = 1): void {
    this.labels(labels).inc(by);
  }
}

class GaugeSeries {
  value = 0;
  set(value: number): void {
    this.value = value;
  }
}

export class Gauge extends Family<GaugeSeries> {
  readonly #collect: ((gauge: Gauge) => void | Promise<void>) | undefined;
  protected override readonly type = 'gauge';

  constructor(
    name: string,
    help: string,
    labelNames: readonly string[],
    collect?: (gauge: Gauge) => void | Promise<void>,
  ) {
    super(name, help, labelNames);
    this.#collect = collect;
  }
  protected override create(): GaugeSeries {
    return new GaugeSeries();
  }
  protected override samples(labels: LabelValues, { value }: GaugeSeries): Sample[] {
    return [{ labels, value }];
  }
  set(labels: LabelValues | undefined, value: number): void {
    this.labels(labels ?? {}).set(value);
  }
  override async get(): Promise<Collected> {
    await this.#collect?.(this);
    return super.get();
  }
}

class HistogramSeries {
  readonly #bounds: readonly number[];
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array<number>(bounds.length).fill(0);
  }

  /** Counts one observation, in the unit of the buckets: seconds. */
  observe(value: number): void {
    this.sum += value;
    this.count += 1;
    const bounds = this.#bounds;
    for (let index = 0; index < bounds.length; index++) {
      if (value <= (bounds[index] as number)) {
        this.counts[index] = (this.counts[index] as number) + 1;
        return;
      }
    }
  }
}

/** 1 ms to 10 s: what an HTTP request or a message takes. */
const DEFAULT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Histogram extends Family<HistogramSeries> {
  readonly #buckets: readonly number[];
  protected override readonly type = 'histogram';

  constructor(name: string, help: string, labelNames: readonly string[], buckets: readonly number[] = DEFAULT_BUCKETS) {
    super(name, help, labelNames);
    this.#buckets = buckets;
  }
  protected override create(): HistogramSeries {
    return new HistogramSeries(this.#buckets);
  }
  protected override samples(labels: LabelValues, series: HistogramSeries): Sample[] {
    let cumulative = 0;
    const buckets = this.#buckets.map((le, index): Sample => {
      cumulative += series.counts[index] as number;
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: cumulative };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { ...labels, le: '+Inf' }, value: series.count },
      { metricName: `${this.name}_sum`, labels, value: series.sum },
      { metricName: `${this.name}_count`, labels, value: series.count },
    ];
  }
  observe(labels: LabelValues, value: number): void {
    this.labels(labels).observe(value);
  }
}

/** Gauges of prom-client's whose names end as a counter's; the same by type, without `_total`, stay. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** How long one metric may take to be read: more than a readiness check (2 s), well below Prometheus' scrape timeout (10 s). */
const READ_LIMIT_MS = 3_000;

export interface MetricsOptions {
  /** Whether prom-client's own metrics are among them. Default true. */
  defaults?: boolean;
  /** How long one metric may take to be read at a scrape, in milliseconds. Default 3,000. */
  readLimitMs?: number;
}

/** The metrics of one process, with prom-client's own for CPU, memory, GC and event loop. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #readLimitMs: number;
  /** Reads that have not ended: what hangs is asked once, not again with every scrape. */
  readonly #reading = new Map<string, Promise<string>>();
  readonly #unreadable = new Counter('metrics_unreadable_total', 'Scrapes that a metric was left out of', ['metric']);

  constructor({ defaults = true, readLimitMs = READ_LIMIT_MS }: MetricsOptions = {}) {
    this.#readLimitMs = readLimitMs;
    if (defaults) collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    register(this.#registry, this.#unreadable);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
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
   * All metrics in Prometheus' text format. What cannot be read, or not in time, is left out and counted
   * (`metrics_unreadable_total{metric}`): one part that is down must not hide all the others.
   *
   * @param leftOut hears why a metric was left out
   */
  async expose(leftOut: (metric: string, error: unknown) => void = () => undefined): Promise<string> {
    const names = this.#registry.getMetricsAsArray().map(({ name }) => name);
    const texts = await Promise.all(
      names.map(async (name) => {
        if (name === this.#unreadable.name) return undefined;
        try {
          return await within(this.#readLimitMs, this.#read(name));
        } catch (error) {
          this.#unreadable.inc({ metric: name });
          leftOut(name, error);
          return undefined;
        }
      }),
    );
    // Last: it counts those of this scrape.
    texts.push(await this.#registry.getSingleMetricAsString(this.#unreadable.name));
    return `${texts.filter((text) => text !== undefined).join('\n\n')}\n`;
  }

  #read(name: string): Promise<string> {
    const under = this.#reading.get(name);
    if (under) return under;
    const reading = this.#registry.getSingleMetricAsString(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  #add<Kind extends Counter | Gauge | Histogram>(metric: Kind): Kind {
    register(this.#registry, metric);
    return metric;
  }
}

/** prom-client types a registered metric as one of its classes; at a scrape it calls `get()` alone. */
function register(registry: Registry, metric: Counter | Gauge | Histogram): void {
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
