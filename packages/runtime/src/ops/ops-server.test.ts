import { describe, expect, it } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { startOpsServer } from './ops-server.ts';

async function started() {
  const health = new Health();
  const metrics = new Metrics();
  const server = await startOpsServer({ host: '127.0.0.1', port: 0, health, metrics, logger: new MemoryLogger() });
  return {
    health,
    metrics,
    get: (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`),
    [Symbol.asyncDispose]: server.close,
  };
}

describe('the ops server', () => {
  it('answers liveness with the event loop in it', async () => {
    await using ops = await started();
    const response = await ops.get('/health/live');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', checks: [{ name: 'event loop', ok: true }] });
  });

  it('answers readiness with 503 from the moment the process drains', async () => {
    await using ops = await started();
    expect((await ops.get('/health/ready')).status).toBe(200);
    ops.health.drain();
    expect((await ops.get('/health/ready')).status).toBe(503);
  });

  it("exposes the process's own metrics and prom-client's", async () => {
    await using ops = await started();
    ops.metrics.counter('user_registrations_total', 'Accounts made').inc({}, 2);
    const text = await (await ops.get('/metrics')).text();
    expect(text).toContain('user_registrations_total 2');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('forbids browsers to guess what an answer is', async () => {
    await using ops = await started();
    for (const path of ['/health/live', '/health/ready', '/metrics', '/nowhere']) {
      expect((await ops.get(path)).headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('answers what the service itself has there, with the query and the headers of whoever asks', async () => {
    const routes = [
      {
        path: '/more',
        handle: async ({ url, headers }: { url: URL; headers: Record<string, unknown> }) => ({
          status: 202,
          body: [url.searchParams.get('a'), headers['x-b']],
        }),
      },
    ];
    const parts = { health: new Health(), metrics: new Metrics(), logger: new MemoryLogger(), routes };
    const server = await startOpsServer({ host: '127.0.0.1', port: 0, ...parts });
    const response = await fetch(`http://127.0.0.1:${server.port}/more?a=1`, { headers: { 'x-b': '2' } });
    expect([response.status, await response.json()]).toEqual([202, ['1', '2']]);
    await server.close();
  });

  it('reports what there is where there is nothing', async () => {
    await using ops = await started();
    const response = await ops.get('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('/health/ready');
  });
});
