import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { inTurn } from '../http/in-turn.ts';
import { openServer } from '../http/open-server.ts';
import type { Logger } from '../logging/logger.ts';
import { RecurringWarnings } from '../logging/recurring-warnings.ts';
import { SystemClock } from '../time/clock.ts';
import { watchEventLoop } from './event-loop.ts';
import { expositionFor } from './exposition.ts';
import type { Health, HealthReport } from './health.ts';
import type { Metrics } from './metrics.ts';

/** A further path of the ops port, which answers GET with JSON. */
export interface OpsRoute {
  path: string;
  handle(request: { url: URL; headers: IncomingHttpHeaders }): Promise<{ status: number; body: unknown }>;
}

interface OpsServerOptions {
  host?: string;
  /** With 0 a free port is chosen; the result has it. */
  port: number;
  health: Health;
  metrics: Metrics;
  logger: Logger;
  routes?: readonly OpsRoute[];
}

interface OpsServer {
  port: number;
  close(): Promise<void>;
}

/**
 * The server of the people who run the process, on a port of its own that is never exposed to users:
 * `/health/live`, `/health/ready` (200 or 503 with every check, and details that do not decide), `/metrics`.
 *
 * @throws the listen error (a port in use) as it is
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { host = '0.0.0.0', port, health, metrics, logger, routes = [] } = options;
  const eventLoop = watchEventLoop();
  const warnings = new RecurringWarnings({ logger, clock: new SystemClock() });
  health.addLiveness('event loop', () => eventLoop.stalled());
  // What an alert reads: a scrape cannot ask /health/ready.
  metrics.gauge('health_ready', 'Whether the process is ready: 1 or 0', [], async (gauge) =>
    gauge.set(undefined, (await health.ready()).ok ? 1 : 0),
  );

  metrics.gauge(
    'health_dependency_up',
    'Whether a part that the process can do without for a while works: 1 or 0',
    ['dependency'],
    async (gauge) => {
      for (const { name, ok } of await health.details()) gauge.set({ dependency: name }, ok ? 1 : 0);
    },
  );

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/health/live') return sendReport(response, health.live());
    if (path === '/health/ready') return sendReport(response, await health.ready());
    if (path === '/metrics') {
      const exposition = expositionFor(request.headers.accept);
      const text = await metrics.expose(
        (metric, error) => warnings.warn(metric, 'a metric cannot be read; it is left out', { metric, error }),
        exposition,
      );
      const headers = { 'content-type': metrics.contentType(exposition), vary: 'accept' };
      response.writeHead(200, headers).end(text);
      return;
    }
    const route = routes.find((one) => one.path === path);
    const url = route && URL.parse(request.url ?? '/', 'http://ops');
    if (route && url) {
      const { status, body } = await route.handle({ url, headers: request.headers });
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
      return;
    }
    response
      .writeHead(404, { 'content-type': 'text/plain' })
      .end('Not here. This port has /health/live, /health/ready and /metrics.\n');
  };

  const listener = inTurn((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    answer(request, response).catch((error: unknown) => {
      logger.error('the ops server could not answer', { path: request.url, error });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const server = createServer(listener);
  const open = await openServer(server, port, host);
  return {
    port: open.port,
    close: () => {
      eventLoop.stop();
      return open.close();
    },
  };
}

function sendReport(response: ServerResponse, report: HealthReport): void {
  response.writeHead(report.ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(
    `${JSON.stringify({ status: report.ok ? 'ok' : 'failing', checks: report.checks, details: report.details })}\n`,
  );
}
