import { context, diag, propagation, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, readEnv } from '../configuration/env.ts';
import { MemoryLogger } from '../logging/logger.ts';
import { Metrics } from '../ops/metrics.ts';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import { SystemClock } from '../time/clock.ts';
import { beginSpan, currentTraceparent, traced } from '../tracing/span.ts';
import { startTelemetry } from './start-telemetry.ts';
import { telemetryEnv } from './telemetry-env.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What is registered is the process's. */
afterEach(() => {
  for (const api of [trace, context, propagation, diag]) api.disable();
});

async function start(variables: Record<string, string>) {
  const logger = new MemoryLogger();
  const env = readEnv(telemetryEnv, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...variables });
  const telemetry = await startTelemetry({ service: 'test', version: '7', env, logger, clock: new SystemClock() });
  const warnings = () => logger.lines.filter(({ level }) => level === 'warn');
  return { logger, telemetry, warnings };
}

describe('spans', () => {
  it('are of no cost and no consequence without a collector', async () => {
    const { telemetry } = await start({});
    expect(telemetry).toBeUndefined();
    expect(beginSpan('work')).toBeUndefined();
    expect(await traced('work', {}, async (span) => [span, currentTraceparent('as given')])).toEqual([
      undefined,
      'as given',
    ]);
  });

  it('reach the collector with their parents, kinds, faults, and the service that made them', async () => {
    await using collector = await OtlpReceiver.start();
    const { telemetry } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-tenant=1',
    });
    const failing = traced('request', { kind: 'server', parent: PARENT }, () =>
      traced('inner', { attributes: { 'a.b': 1 } }, async () => {
        throw new TypeError('ann@example.com is not a name');
      }),
    );
    await expect(failing).rejects.toThrow(TypeError);
    await telemetry?.stop();
    const [inner, request] = collector.spans;
    expect(request).toMatchObject({
      ...{ service: 'postern-test', name: 'request', kind: 2, failed: true },
      ...{ traceId: PARENT.slice(3, 35), parentSpanId: 'b7ad6b7169203331' },
    });
    expect(inner).toMatchObject({ name: 'inner', kind: 1, parentSpanId: request?.spanId });
    expect(inner?.attributes).toEqual({ 'a.b': 1, 'error.type': 'TypeError' });
    expect(collector.headers[0]).toMatchObject({ authorization: 'Bearer abc', 'x-tenant': '1' });
    expect(collector.bodies.join()).not.toContain('ann@example.com');
  });

  it('of a malformed traceparent begin a trace of their own', async () => {
    await using collector = await OtlpReceiver.start();
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    for (const parent of ['', 'x', `${PARENT}-more`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]) {
      const span = beginSpan('work', { parent });
      expect(span?.traceparent).toMatch(/^00-(?!0af7|0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    }
  });

  it('obey the sampler: whoever began the trace, or none but the ratio', async () => {
    await using collector = await OtlpReceiver.start();
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    await start({ ...endpoint, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(beginSpan('work')?.traceparent).toMatch(/-00$/);
    expect(beginSpan('work', { parent: PARENT })?.traceparent).toMatch(/-01$/);
    trace.disable();
    await start({ ...endpoint, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(beginSpan('work', { parent: PARENT })?.traceparent).toMatch(/-00$/);
  });

  it('are the exemplars of the histograms that are observed inside of them, when they are kept', async () => {
    await using collector = await OtlpReceiver.start();
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const metrics = new Metrics({ defaults: false });
    const took = metrics.histogram('took_seconds', 'Took', [], [0.1, 1]);
    const span = beginSpan('work');
    span?.run(() => took.observe({}, 0.5));
    beginSpan('dropped', { parent: `${PARENT.slice(0, -2)}00` })?.run(() => took.observe({}, 0.05));
    const [, traceId, spanId] = span?.traceparent.split('-') ?? [];
    const open = await metrics.expose(undefined, 'openmetrics');
    expect(open).toMatch(
      new RegExp(`le="1"\\} 2 # \\{trace_id="${traceId}",span_id="${spanId}"\\} 0.5 \\d+\\.\\d+\\n`),
    );
    expect(open).toMatch(/le="0.1"\} 1\n/);
    expect(await metrics.expose()).not.toContain('#  {');
    expect(await metrics.expose()).not.toContain('trace_id');
  });
});

describe('a collector that is down, slow or silent', () => {
  it('costs spans, and one warning for what is wrong', async () => {
    await using collector = await OtlpReceiver.start();
    collector.refuse(400);
    const { telemetry, warnings } = await start({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '1' },
    });
    for (let count = 1; count <= 3; count++) {
      beginSpan('work')?.end();
      await expect.poll(() => collector.requests).toBe(count);
    }
    await telemetry?.stop();
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatchObject({ fields: { reason: 'Bad Request', endpoint: `${collector.url}/v1/traces` } });
  });

  it('holds up neither the work nor the stop, and no more memory than the queue has places', async () => {
    await using collector = await OtlpReceiver.start();
    collector.hang();
    const { telemetry, warnings } = await start({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '1' },
      ...{ OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' },
    });
    for (let count = 0; count < 1_000; count++) await traced('work', {}, async () => {});
    await expect.poll(() => collector.requests).toBe(1);
    await telemetry?.stop();
    expect(collector.spans.length).toBeLessThanOrEqual(15);
    expect(warnings()).toHaveLength(1);
  });
});

describe('its configuration', () => {
  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'otel-collector:4317' }, 'expected a URL such as http://otel-collector:4318'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'expected http/protobuf or http/json'],
    [{ OTEL_TRACES_SAMPLER: 'xray' }, 'expected always_on, always_off, traceidratio'],
    [{ OTEL_TRACES_SAMPLER_ARG: '7' }, 'a number from 0 to 1'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a b=c' }, 'expected name=value'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%' }, 'expected name=value'],
  ])('refuses %j', (variables, fault) => {
    expect(() => readEnv(telemetryEnv, variables)).toThrow(ConfigError);
    expect(() => readEnv(telemetryEnv, variables)).toThrow(fault);
  });

  it('turns it off by OTEL_SDK_DISABLED', async () => {
    expect((await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' })).telemetry).toBe(
      undefined,
    );
  });
});
