import { hostname } from 'node:os';
import { context, type DiagLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { RecurringWarnings } from '../logging/recurring-warnings.ts';
import { errorMessage } from '../text/errors.ts';
import { within } from '../time/within.ts';
import { samplerOf } from './sampler-of.ts';
import type { Telemetry, TelemetryOptions } from './start-telemetry.ts';
import type { TelemetryEnv } from './telemetry-env.ts';

/** Exports under way at a time. A collector that takes minutes over each must not make the process hold more than these. */
const MAX_EXPORTS = 4;
/** Of one attribute, in characters: all of ours are shorter, and an instrumentation's may be a stranger's text. */
const MAX_CHARACTERS = 1_024;
/** How long a stop waits for what is left to be taken, in milliseconds: enough for a collector that works. */
const STOP_MS = 1_000;

/** Sets up the SDK. Whatever is wrong with the collector, spans are lost and nothing waits: memory is bounded by the queue's size. */
export function openTelemetrySdk({ service, version, env, logger, clock }: TelemetryOptions): Telemetry {
  const warnings = new RecurringWarnings({ logger, clock });
  const lost = (reason: string) =>
    warnings.warn(reason, 'spans are lost: they cannot be exported', { reason, endpoint: endpointOf(env) });
  setGlobalErrorHandler((error) => lost(reasonOf(error)));
  diag.setLogger(diagLogger(lost), DiagLogLevel.WARN);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': `postern-${service}`,
        'service.version': version,
        'service.instance.id': hostname(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(env.OTEL_TRACES_SAMPLER, env.OTEL_TRACES_SAMPLER_ARG),
    spanLimits: { attributeValueLengthLimit: MAX_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: exporterOf(env),
        maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
        exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT,
      }),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  logger.info('spans are exported', { endpoint: endpointOf(env), sampler: env.OTEL_TRACES_SAMPLER });
  return {
    stop: async () => {
      try {
        await within(STOP_MS, provider.shutdown());
      } catch (error) {
        lost(errorMessage(error));
      }
    },
  };
}

function exporterOf(env: TelemetryEnv): SpanExporter {
  const json = env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json';
  const options = convertLegacyHttpOptions(
    { headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {}, url: endpointOf(env), concurrencyLimit: MAX_EXPORTS },
    'TRACES',
    'v1/traces',
    { 'Content-Type': json ? 'application/json' : 'application/x-protobuf' },
  );
  const serializer = json ? JsonTraceSerializer : ProtobufTraceSerializer;
  const kind = `otlp_http${json ? '_json' : ''}_span_exporter`;
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(options, serializer, kind, TraceExporterMetricsHelper, undefined),
  );
}

/** The endpoint for traces alone is taken as it is; the general one gets their path (OTLP Exporter, "Endpoint URLs for OTLP/HTTP"). */
function endpointOf(env: TelemetryEnv): string {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: all = '' } = env;
  return own ?? `${all.replace(/\/$/, '')}/v1/traces`;
}

/** The SDK reports through this; what it reports of one export in several lines is one to us. */
function diagLogger(lost: (reason: string) => void): DiagLogger {
  const report = (message: string) => lost(reasonOf(message));
  const nothing = () => {};
  return { error: report, warn: report, info: nothing, debug: nothing, verbose: nothing };
}

/** Without numbers, so that the same fault is the same line. */
function reasonOf(error: unknown): string {
  return errorMessage(error).replace(/\d+ spans/, 'spans');
}
