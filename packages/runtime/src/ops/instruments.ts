import { type SpanIds, sampledIds } from '../tracing/span.ts';

type LabelValues = Readonly<Record<string, string>>;

interface Sample {
  metricName?: string;
  labels: Record<string, string | number>;
  value: number;
  exemplar?: Exemplar | undefined;
}

/** One observation of a bucket whose trace is kept, as prom-client writes it. `timestamp` in seconds since 1970. */
interface Exemplar {
  labelSet: SpanIds;
  value: number;
  timestamp: number;
}

/** What prom-client's registry asks of a metric when it is scraped. */
export interface Collected {
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

  /** Whether its labels are these, in this order. */
  has(labelNames: readonly string[]): boolean {
    return this.#labelNames.join() === labelNames.join();
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
    const key = this.#key(labels);
    let entry = this.#series.get(key);
    if (!entry) {
      entry = { labels, series: this.create() };
      this.#series.set(key, entry);
    }
    return entry.series;
  }

  /** The series of these label values is shown no more, until it is used again. */
  remove(labels: LabelValues): void {
    this.#series.delete(this.#key(labels));
  }

  #key(labels: LabelValues): string {
    return this.#labelNames.map((name) => labels[name]).join('\u0000');
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
  /** The last of each bucket, the one without a bound behind the others. Made with the first. */
  exemplars: (Exemplar | undefined)[] | undefined;
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array<number>(bounds.length).fill(0);
  }

  /** Counts one observation, in the unit of the buckets: seconds. The trace that it is made in is its bucket's exemplar. */
  observe(value: number): void {
    this.sum += value;
    this.count += 1;
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] as number)) index += 1;
    if (index < bounds.length) this.counts[index] = (this.counts[index] as number) + 1;
    const labelSet = sampledIds();
    if (!labelSet) return;
    this.exemplars ??= [];
    this.exemplars[index] = { labelSet, value, timestamp: Date.now() / 1_000 };
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
      const exemplar = series.exemplars?.[index];
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: cumulative, exemplar };
    });
    const exemplar = series.exemplars?.[this.#buckets.length];
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { ...labels, le: '+Inf' }, value: series.count, exemplar },
      { metricName: `${this.name}_sum`, labels, value: series.sum },
      { metricName: `${this.name}_count`, labels, value: series.count },
    ];
  }
  observe(labels: LabelValues, value: number): void {
    this.labels(labels).observe(value);
  }
}
