import {
  announceReady,
  ConfigError,
  endWhenStalled,
  errorMessage,
  Health,
  type Logger,
  type Opened,
  rereadRings,
  runCommandLine,
  runMain,
  Shutdown,
  startOpsServer,
  waitForDatabase,
  watchClock,
} from '@postern/runtime';
import { migrations } from '../migrations/index.ts';
import manifest from '../package.json' with { type: 'json' };
import { accountSweeps } from './accounts/privacy/account-sweeps.ts';
import { KeyRing } from './accounts/tokens/key-ring.ts';
import { Resealing } from './accounts/tokens/resealing.ts';
import { RootKeys } from './accounts/tokens/root-keys.ts';
import { type CommandParts, gatewayCommands } from './commands/index.ts';
import { type GatewayConfig, readConfig } from './config.ts';
import { createContainer } from './container.ts';
import { Housekeeping } from './housekeeping.ts';
import { Routes } from './http/bind-routes.ts';
import { checkListening } from './http/check-listening.ts';
import { createHttpPlatform } from './http/http-platform.ts';
import { Authenticator } from './http/route.ts';
import { type RunningServer, startHttpServer } from './http/server.ts';
import { openResources } from './resources.ts';

/** Requests in flight may use this part of the grace period; the rest is for the outbox and the connections. */
const REQUESTS_SHARE = 0.7;

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

async function serve(config: GatewayConfig): Promise<void> {
  const { env, tls } = config;
  const resources = openResources(config);
  const { logger, metrics, database, client, link } = resources;
  const { clock } = database;
  const container = createContainer(config, resources);
  const http = createHttpPlatform(
    container.getAll(Routes).flatMap(({ routes }) => routes),
    {
      publicUrl: env.PUBLIC_URL,
      corsOrigins: env.CORS_ORIGINS,
      trustProxy: env.TRUST_PROXY,
      proxyHeader: env.PROXY_HEADER,
      recentSignInSeconds: env.RECENT_SIGN_IN_SECONDS,
      derive: (purpose) => config.accounts.root.derive(purpose),
      logRequests: env.LOG_LEVEL === 'debug',
      version: manifest.version,
    },
    { database, authenticator: container.get(Authenticator), logger, metrics, clock },
  );
  const housekeeping = new Housekeeping(
    [...http.sweeps, ...accountSweeps(database, { auditDays: env.AUDIT_RETENTION_DAYS })],
    clock,
    logger,
  );
  const clockWatch = watchClock(database, { logger, metrics });
  const health = new Health();
  health.addReadiness('database', () => database.requireUsable(migrations));
  let server: RunningServer | undefined;
  let rootWatch: ReturnType<RootKeys['follow']> | undefined;
  health.addReadiness('http', async () => {
    if (!server) throw new Error('it does not listen yet');
  });
  // What is accepted waits in the outbox: without the queue the gateway serves all the same.
  health.addDetail('queue', () => link.ping());
  health.addLiveness('outbox', () => resources.outbox.stalled());

  const listen = { host: env.GATEWAY_HOST, port: env.GATEWAY_PORT, tls };
  await orInUse('GATEWAY_PORT', checkListening(listen));
  const ops = await orInUse(
    'GATEWAY_OPS_PORT',
    startOpsServer({ host: env.GATEWAY_OPS_HOST, port: env.GATEWAY_OPS_PORT, health, metrics, logger }),
  );
  logger.info('starting', { ops: ops.port });

  const starting = new AbortController();
  const shutdown = new Shutdown({ logger, graceMs: env.SHUTDOWN_GRACE_MS });
  shutdown.step('readiness', async () => {
    health.drain();
    http.responder.drain();
    starting.abort();
    // A load balancer goes on sending until it has seen the readiness change.
    if (server) await clock.sleep(env.DRAIN_DELAY_MS);
  });
  shutdown.step('requests', (deadline) => {
    const own = AbortSignal.timeout(env.SHUTDOWN_GRACE_MS * REQUESTS_SHARE);
    return server?.close(AbortSignal.any([deadline, own])) ?? Promise.resolve();
  });
  shutdown.step('housekeeping', async () => {
    await Promise.all([housekeeping.stop(), clockWatch.stop(), rootWatch?.stop()]);
  });
  shutdown.step('outbox', async () => void (await resources.outbox.stop()));
  shutdown.step('sender', async () => {
    await link.close();
    client.destroy();
  });
  shutdown.step('database', () => database.close());
  shutdown.step('ops server', () => ops.close());
  shutdown.onSignals();
  endWhenStalled({ health, shutdown, logger });
  let rereading = Promise.resolve();
  process.on('SIGHUP', () => {
    void server?.reloadTls();
    // One after the other: the last file counts.
    rereading = rereading.then(() => rereadKeys(config, container.get(Resealing), logger));
  });

  void link.open().then(undefined, (error: unknown) => logger.error('the queues cannot be opened', { error }));
  const check = async () => {
    await container.get(RootKeys).load();
    await container.get(KeyRing).check();
  };
  if (!(await waitForDatabase(database, { migrations, check, logger, signal: starting.signal }))) return;
  // Not before it can serve: whoever finds the port open sends requests there.
  server = await orInUse(
    'GATEWAY_PORT',
    startHttpServer(http.app, {
      ...listen,
      maxConnections: env.MAX_CONNECTIONS,
      problemBase: http.problemBase,
      logger,
    }),
  );
  const ports = { http: server.port, ops: ops.port };
  logger.info('listening', { ...ports, tls: tls !== undefined });
  // Beside serving: there may be many, and whoever has no second factor is not concerned.
  void container
    .get(Resealing)
    .requireOpened(env.KEY_ENCRYPTION_KEY)
    .catch((error: unknown) => logger.error('not every secret in the database opens', { error }));
  resources.outbox.start();
  housekeeping.start();
  rootWatch = container.get(RootKeys).follow(clock, logger);
  announceReady(ports);
}

/** Files of rings may have been replaced: a key that is rotated takes no restart. */
async function rereadKeys({ env }: GatewayConfig, resealing: Resealing, logger: Logger): Promise<void> {
  try {
    const fresh = readConfig().env;
    // Taken on unseen, a ring that opens nothing would end what works until the next start.
    const { KEY_ENCRYPTION_KEY: ring } = fresh;
    const { KEY_ENCRYPTION_KEY: before } = env;
    if (ring.toText() !== before.toText()) await resealing.requireOpened(ring, before);
    logger.info('keys were read again', { changed: rereadRings(env, fresh) });
  } catch (error) {
    logger.error('keys cannot be read again: those from before go on counting', { error });
  }
}

/** A port that somebody else has is a mistake in the configuration, told as one. */
async function orInUse<T>(variable: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new ConfigError([`${variable}: ${errorMessage(error)}; stop what uses it, or choose another port`]);
  }
}

await runMain('gateway', async () => {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    service: 'gateway',
    version: manifest.version,
    commands: gatewayCommands(withParts),
    serve: () => serve(readConfig()),
  });
});
