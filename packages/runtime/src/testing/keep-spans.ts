import { createRequire } from 'node:module';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Another copy of the API than the sources load, as `node --import` brings one beside a bundle. */
const api: typeof import('@opentelemetry/api') = createRequire(import.meta.url)('@opentelemetry/api');

export interface KeptSpan {
  name: string;
  /** As the API numbers them: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  failed: boolean;
  attributes: Record<string, unknown>;
}

/** Traces this process until the end of the `using` block; `all` has the spans that have ended, in that order. */
export function keepSpans(): { readonly all: KeptSpan[] } & Disposable {
  const exporter = new InMemorySpanExporter();
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  return {
    get all() {
      return exporter.getFinishedSpans().map((span) => {
        const { name, kind, parentSpanContext, status, attributes } = span;
        const { traceId, spanId } = span.spanContext();
        const failed = status.code === api.SpanStatusCode.ERROR;
        return { name, kind, traceId, spanId, parentSpanId: parentSpanContext?.spanId, failed, attributes };
      });
    },
    [Symbol.dispose]: () => {
      api.trace.disable();
      api.context.disable();
    },
  };
}
