import {
  type Span as ApiSpan,
  type Attributes,
  type Context,
  context,
  ProxyTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { readTraceparent, writeTraceparent } from './trace-parent.ts';

const SCOPE = 'postern';

/** Of a span, in the words of OpenTelemetry: who is called (`client`, `producer`) and who was (`server`, `consumer`). */
const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Names as the semantic conventions have them, values of few kinds: never an address, a token or a path that may hold one. */
export type SpanAttributes = Attributes;

interface SpanStart {
  /** Default `internal`. */
  kind?: keyof typeof KINDS;
  attributes?: SpanAttributes;
  /** Where it belongs to when that is not the span that runs: a `traceparent` that came with a message. One that is malformed counts as none. */
  parent?: string | undefined;
  /** When it began, in milliseconds since 1970; default now. */
  startedAt?: number;
}

/** A piece of work in a trace. Whoever begins one ends it. */
export class Span {
  readonly #span: ApiSpan;
  readonly #context: Context;

  constructor(span: ApiSpan, around: Context) {
    this.#span = span;
    this.#context = trace.setSpan(around, span);
  }

  /** What a message or a request carries on. */
  get traceparent(): string {
    return writeTraceparent(this.#span.spanContext());
  }

  /** Runs `work` inside of it: spans and log lines made there belong to it. */
  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  name(name: string): void {
    this.#span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  /** @param error what it failed of; of it the span has the class alone, as the words may hold an address */
  end(error?: unknown): void {
    if (error !== undefined) this.fail(errorType(error));
    this.#span.end();
  }

  /** @param type one of few: an error's class, an HTTP status */
  fail(type: string): void {
    this.#span.setAttribute('error.type', type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/**
 * Begins a span, and undefined where nobody traces: then it costs what the question costs. Without `parent` it belongs to the span
 * that runs, or begins a trace.
 */
export function beginSpan(
  name: string,
  { kind = 'internal', attributes, parent, startedAt }: SpanStart = {},
): Span | undefined {
  const tracer = currentTracer();
  if (!tracer) return undefined;
  const around = parent === undefined ? context.active() : contextOf(parent);
  const options = {
    kind: KINDS[kind],
    ...(attributes && { attributes }),
    ...(startedAt !== undefined && { startTime: startedAt }),
  };
  return new Span(tracer.startSpan(name, options, around), around);
}

/** Runs `work` in a span that ends with it, failed when it throws. `span` is undefined where nobody traces. */
export async function traced<T>(
  name: string,
  start: SpanStart,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const span = beginSpan(name, start);
  if (!span) return work(undefined);
  try {
    const result = await span.run(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error ?? 'unknown');
    throw error;
  }
}

/** Whether anybody traces; what only a span needs is not made before. */
export function isTracing(): boolean {
  return currentTracer() !== undefined;
}

/** The span that runs, whoever began it: an instrumentation of Node's HTTP server may have. */
export function runningSpan(): Span | undefined {
  const span = trace.getActiveSpan();
  return span && new Span(span, context.active());
}

/** What goes on with a message: the span that runs, or where nobody traces what came with the work. */
export function currentTraceparent(otherwise?: string): string | undefined {
  const span = trace.getActiveSpan();
  return span ? writeTraceparent(span.spanContext()) : otherwise;
}

/** Ids of the span that runs. */
export interface SpanIds {
  trace_id: string;
  span_id: string;
}

/** For a log line. */
export function runningIds(): SpanIds | undefined {
  return idsOf(false);
}

/** For an exemplar: of a span that is kept alone, or it would lead nowhere. */
export function sampledIds(): SpanIds | undefined {
  return idsOf(true);
}

function idsOf(sampled: boolean): SpanIds | undefined {
  const found = trace.getActiveSpan()?.spanContext();
  if (!found || !trace.isSpanContextValid(found) || (sampled && (found.traceFlags & 1) === 0)) return undefined;
  return { trace_id: found.traceId, span_id: found.spanId };
}

/** Asked each time, as whoever traces may come before this process's own code (`node --import`) or with its configuration. */
function currentTracer(): Tracer | undefined {
  const tracer = trace.getTracer(SCOPE);
  return tracer instanceof ProxyTracer ? undefined : tracer;
}

function contextOf(traceparent: string): Context {
  const remote = readTraceparent(traceparent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}

function errorType(error: unknown): string {
  return error instanceof Error ? error.name : typeof error === 'string' ? error : '_OTHER';
}
