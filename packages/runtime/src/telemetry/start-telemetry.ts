import { ProxyTracer, trace } from '@opentelemetry/api';
import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { TelemetryEnv } from './telemetry-env.ts';

export interface TelemetryOptions {
  /** `gateway` or `worker`; the name in traces is `postern-` and this, unless OTEL_SERVICE_NAME says another. */
  service: string;
  version: string;
  env: TelemetryEnv;
  logger: Logger;
  clock: Clock;
}

export interface Telemetry {
  /** Sends what waits, for a second at most. */
  stop(): Promise<void>;
}

/**
 * Has spans exported when the configuration names a collector, and only then loads what exports them: a process without one has neither
 * its memory nor its start-up. Where whoever started the process has brought a tracer (`node --import`), that one keeps them.
 *
 * @returns undefined where nothing of ours is to be stopped
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry | undefined> {
  const { env, logger } = options;
  const to = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (to === undefined || env.OTEL_SDK_DISABLED) return undefined;
  if (!(trace.getTracer('postern') instanceof ProxyTracer)) {
    logger.info('a tracer is there already: it gets the spans, and OTEL_EXPORTER_OTLP_ENDPOINT is its affair');
    return undefined;
  }
  const { openTelemetrySdk } = await import('./open-telemetry-sdk.ts');
  return openTelemetrySdk(options);
}
