import { setTimeout as sleep } from 'node:timers/promises';
import { peerRoutes, ReplicaBeat, Scheduler } from '@postern/durable';
import { listenOn, type Opened, runCommandLine, runMain, ServiceProcess } from '@postern/runtime';
import { migrations } from '../migrations/index.ts';
import { KeyRing } from './accounts/tokens/key-ring.ts';
import { Resealing } from './accounts/tokens/resealing.ts';
import { RootKeys } from './accounts/tokens/root-keys.ts';
import type { CommandParts } from './commands/command-parts.ts';
import { gatewayCommands } from './commands/index.ts';
import { answeredRequests } from './commands/requests.ts';
import { requestMoments } from './commands/trace.ts';
import { gatewayWaits } from './commands/waits.ts';
import { type GatewayConfig, readConfig } from './config.ts';
import { createContainer } from './container.ts';
import { Routes } from './http/bind-routes.ts';
import { createHttpPlatform } from './http/http-platform.ts';
import { RequestRecords } from './http/records/request-records.ts';
import { Authenticator } from './http/route.ts';
import { checkListening, type RunningServer, startHttpServer } from './http/server.ts';
import { httpSettings } from './http-settings.ts';
import { release } from './release.ts';
import { rereadKeys } from './reread-keys.ts';
import { openResources } from './resources.ts';

/**
 * Of the grace period, less the drain delay, what the requests in flight may use, then what runs beside them, then the outbox; the rest is for
 * the connections. Whatever a part waits for, such as a silent database, none takes the time of those after it.
 */
const REQUESTS_SHARE = 0.65;
const BESIDE_SHARE = 0.1;
const OUTBOX_SHARE = 0.15;

/** For commands that work with the accounts: what they publish is left in the outbox, which the gateway sends. */
const withParts: Opened<CommandParts> = async (work) => {
  const config = readConfig();
  const resources = openResources(config, 'stderr');
  try {
    // From its first connection on, times are the database's.
    await resources.database.ping();
    const container = createContainer(config, resources);
    await container.get(RootKeys).load();
    return await work({ database: resources.database, get: (token) => container.get(token) });
  } finally {
    await resources.outbox.stop();
    await resources.link.close();
    await resources.database.close();
    resources.client.destroy();
  }
};

/** Configuration, resources, container, listen; and what ends when, which is the reverse of what began when. */
async function serve(config: GatewayConfig): Promise<void> {
  const { env, tls } = config;
  const resources = openResources(config);
  const { logger, metrics, database, client, link, outbox: sending } = resources;
  const { clock } = database;
  const container = createContainer(config, resources);
  const records = new RequestRecords(database, { logger, days: env.REQUEST_RECORD_DAYS });
  const http = createHttpPlatform(
    container.getAll(Routes).flatMap(({ routes }) => routes),
    httpSettings(config),
    { database, authenticator: container.get(Authenticator), logger, metrics, clock, records },
  );
  const scheduler = container.get(Scheduler);
  const resealing = container.get(Resealing);
  const named = { service: 'gateway', version: release, telemetry: env };
  const service = new ServiceProcess({ ...resources, ...named, migrations, graceMs: env.SHUTDOWN_GRACE_MS });
  const { health } = service;
  let server: RunningServer | undefined;
  health.addReadiness('http', async () => {
    if (!server) throw new Error('it is not listening yet');
  });
  // What is accepted waits in the outbox: without the queue the gateway serves all the same.
  health.addDetail('queue', () => link.ping());
  health.addLiveness('outbox', () => sending.stalled());
  health.addLiveness('request records', () => records.stalled());
  health.addLiveness('scheduler', () => scheduler.stalled());

  await service.start(async () => {
    service.onHangUp(async () => {
      void server?.reloadTls();
      return rereadKeys(config, resealing);
    });
    const listen = { host: env.GATEWAY_HOST, port: env.GATEWAY_PORT, tls };
    await listenOn('GATEWAY_PORT', checkListening(listen));
    const routes = env.PEER_KEY
      ? peerRoutes({
          ...{ database, ring: env.PEER_KEY, trace: requestMoments, waits: gatewayWaits },
          requests: answeredRequests,
        })
      : [];
    await service.openOps('GATEWAY_OPS_PORT', { host: env.GATEWAY_OPS_HOST, port: env.GATEWAY_OPS_PORT, routes });
    service.onStop('sender', async () => {
      await link.close();
      client.destroy();
    });
    const share = (part: number) => Math.floor((env.SHUTDOWN_GRACE_MS - env.DRAIN_DELAY_MS) * part);
    const within = async (part: number, work: Promise<unknown>) =>
      void (await Promise.race([work, sleep(share(part), undefined, { ref: false })]));
    service.onStop('outbox', () => within(OUTBOX_SHARE, sending.stop()));
    const beat = new ReplicaBeat(database, { version: release, logger });
    let rootWatch: ReturnType<RootKeys['follow']> | undefined;
    // At the same time: the records, a run of a schedule that does not heed its signal, and the row of this replica have nothing to do with each other.
    service.onStop('what runs beside the requests', () =>
      within(BESIDE_SHARE, Promise.all([records.flush(), scheduler.stop(), beat.stop(), rootWatch?.stop()])),
    );
    void link.open().catch((error: unknown) => logger.error('the queues cannot be opened', { error }));

    await service.waitForDatabase(async () => {
      await container.get(RootKeys).load();
      await container.get(KeyRing).check();
    });
    beat.start();
    rootWatch = container.get(RootKeys).follow(clock, logger);
    // Not before it can serve: whoever finds the port open sends requests there.
    const { problemBase, app, responder } = http;
    const limits = { maxConnections: env.MAX_CONNECTIONS, problemBase, logger };
    const serving = await listenOn('GATEWAY_PORT', startHttpServer(app, { ...listen, ...limits }));
    server = serving;
    service.onStop('requests', async (deadline) => {
      responder.drain();
      // A load balancer goes on sending until it has seen the readiness change.
      await clock.sleep(env.DRAIN_DELAY_MS);
      // Should the database be silent, what can still be done must not wait for it.
      database.hurry();
      const own = AbortSignal.timeout(share(REQUESTS_SHARE));
      await serving.close(AbortSignal.any([deadline, own]));
    });
    // Beside serving: there may be many, and whoever has no second factor is not concerned.
    void resealing
      .requireOpened(env.KEY_ENCRYPTION_KEY)
      .catch((error: unknown) => logger.error('not every secret in the database opens', { error }));
    sending.start();
    scheduler.start();
    service.ready('listening', { http: serving.port }, { tls: tls !== undefined });
  });
}

await runMain('gateway', async () => {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    service: 'gateway',
    version: release,
    commands: gatewayCommands(withParts),
    serve: () => serve(readConfig()),
  });
});
