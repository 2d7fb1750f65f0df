import { z } from 'zod';
import { integer } from '../configuration/integer.ts';
import { httpUrl } from '../http/http-url.ts';

/** As OpenTelemetry's "Environment Variable Specification" names them. `parentbased_*` obeys whoever began the trace. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const RATIO = 'expected which part of the traces to keep: a number from 0 to 1';
const COLLECTOR = 'http://otel-collector:4318';

/** `name=value` by comma, values percent-encoded (OpenTelemetry Protocol Exporter, "Specifying headers via environment variables"). */
function readHeaders(text: string, context: z.RefinementCtx): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', ...value] = pair.split('=');
    try {
      new Headers([[name.trim(), decodeURIComponent(value.join('=').trim())]]).forEach((text, key) => {
        headers[key] = text;
      });
    } catch {
      context.addIssue('expected name=value, several by comma, the values percent-encoded; one of them is not');
    }
  }
  return headers;
}

/**
 * Where spans go, and how many. The names are OpenTelemetry's; without an endpoint nothing of its SDK is loaded. The exporter itself also
 * reads OTEL_EXPORTER_OTLP_TIMEOUT, _COMPRESSION, _CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY, and the resource OTEL_SERVICE_NAME
 * and OTEL_RESOURCE_ATTRIBUTES.
 */
export const telemetryEnv = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl({ path: true, example: COLLECTOR }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl({ path: true, example: `${COLLECTOR}/v1/traces` }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().transform(readHeaders).optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], 'expected http/protobuf or http/json: OTLP over gRPC is not spoken here')
    .default('http/protobuf'),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS, `expected ${SAMPLERS.join(', ')}`).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number(RATIO).min(0, RATIO).max(1, RATIO).default(1),
  OTEL_SDK_DISABLED: z.stringbool('expected true or false').default(false),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(2_048, 1, 1_000_000, 'how many spans may wait to be exported'),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(512, 1, 100_000, 'how many spans one export takes'),
  OTEL_BSP_SCHEDULE_DELAY: integer(5_000, 1, 3_600_000, 'how long spans wait for company, in milliseconds'),
  OTEL_BSP_EXPORT_TIMEOUT: integer(30_000, 1, 3_600_000, 'how long an export may take, in milliseconds'),
} satisfies z.ZodRawShape;

export type TelemetryEnv = z.infer<z.ZodObject<typeof telemetryEnv>>;
