import type { Migration } from '../database/migrations.ts';
import type { Database } from '../database/open-database.ts';
import { watchClock } from '../database/watch-clock.ts';
import type { Logger } from '../logging/logger.ts';
import { Health } from '../ops/health.ts';
import type { Metrics } from '../ops/metrics.ts';
import { type OpsRoute, startOpsServer } from '../ops/ops-server.ts';
import { startTelemetry, type Telemetry } from '../telemetry/start-telemetry.ts';
import type { TelemetryEnv } from '../telemetry/telemetry-env.ts';
import { announceReady, type ReadyMessage } from './announce-ready.ts';
import { endWhenStalled } from './end-when-stalled.ts';
import { onHangUps } from './hang-ups.ts';
import { returnIdleMemory } from './idle-memory.ts';
import { listenOn } from './listen-on.ts';
import { Shutdown } from './shutdown.ts';
import { type Part, waitFor } from './wait-for.ts';
import { waitForDatabase } from './wait-for-database.ts';

interface ServiceProcessOptions {
  /** As the service is called in traces. */
  service: string;
  version: string;
  logger: Logger;
  metrics: Metrics;
  database: Database;
  migrations: readonly Migration[];
  /** How long stopping may take, in milliseconds. */
  graceMs: number;
  telemetry: TelemetryEnv;
}

/**
 * The life of a process that serves: its start waits for its parts, signals end it, whichever service it is. Whatever is opened is
 * handed to `onStop` at once, and is closed in the reverse order: what was opened last stops first, and the database, on which all
 * rests, last of all.
 */
export class ServiceProcess {
  readonly health = new Health();
  readonly #options: ServiceProcessOptions;
  readonly #shutdown: Shutdown;
  readonly #stopping = new AbortController();
  #opsPort = 0;
  #telemetry: Telemetry | undefined;

  constructor(options: ServiceProcessOptions) {
    const { logger, metrics, database, migrations, graceMs } = options;
    this.#options = options;
    this.#shutdown = new Shutdown({ logger, graceMs, onBegin: () => this.#beginToStop() });
    // Last of all: what the other steps do is traced too.
    this.onStop('telemetry', async () => this.#telemetry?.stop());
    this.health.addReadiness('database', () => database.requireUsable(migrations));
    this.onStop('database', () => database.close());
    const clockWatch = watchClock(database, { logger, metrics });
    this.onStop('clock', () => clockWatch.stop());
  }

  /** Aborted as soon as the process is asked to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /**
   * Runs `work`, which opens everything and ends when the process serves. Asked to stop meanwhile, it is given up at its next wait.
   *
   * @throws what `work` throws while the process is not stopping
   */
  async start(work: () => Promise<void>): Promise<void> {
    const { logger, database, telemetry: env, ...named } = this.#options;
    this.#shutdown.onSignals();
    endWhenStalled({ health: this.health, shutdown: this.#shutdown, logger });
    try {
      this.#telemetry = await startTelemetry({ ...named, env, logger, clock: database.clock });
      await work();
    } catch (error) {
      if (!this.stopping.aborted) throw error;
      logger.info('the start was broken off');
    }
  }

  /**
   * Has `run` end something when the process stops, before all that was handed in earlier. Its signal is aborted when the time is up.
   *
   * @throws the reason of `stopping` when that has begun: what is opened then would not be closed
   */
  onStop(name: string, run: (deadline: AbortSignal) => Promise<void>): void {
    this.stopping.throwIfAborted();
    this.#shutdown.step(name, run);
  }

  /** Reads keys again at SIGHUP; `reread` returns the names of those that have changed. One after the other: the last file counts. */
  onHangUp(reread: () => Promise<string[]>): void {
    const { logger } = this.#options;
    let rereading = Promise.resolve();
    const run = async () => {
      try {
        logger.info('keys were read again', { changed: await reread() });
      } catch (error) {
        logger.error('keys cannot be read again: the previous ones stay in use', { error });
      }
    };
    onHangUps(() => {
      rereading = rereading.then(run);
    });
  }

  /**
   * Opens the port of health and metrics.
   *
   * @param variable the environment variable that names the port
   * @throws ConfigError when the port cannot be had
   */
  async openOps(
    variable: string,
    { host, port, routes }: { host: string; port: number; routes?: readonly OpsRoute[] },
  ): Promise<void> {
    const { logger, metrics } = this.#options;
    const server = startOpsServer({ host, port, health: this.health, metrics, logger, ...(routes && { routes }) });
    const ops = await listenOn(variable, server);
    this.#opsPort = ops.port;
    this.onStop('ops server', () => ops.close());
    logger.info('starting', { ops: ops.port });
  }

  /** @throws as `waitForDatabase` does, and the reason of `stopping` when that began during the last look */
  async waitForDatabase(check?: () => Promise<void>): Promise<void> {
    const { database, migrations, logger } = this.#options;
    await waitForDatabase(database, { migrations, check, logger, signal: this.stopping });
    // What begins after it would not be stopped any more.
    this.stopping.throwIfAborted();
  }

  /** @throws as `waitFor` does */
  waitFor<T>(part: Part<T>): Promise<T> {
    const { logger, database } = this.#options;
    return waitFor(part, { logger, clock: database.clock, signal: this.stopping });
  }

  /** It serves: logged, and announced to whoever forked this process. */
  ready(message: string, ports: Omit<ReadyMessage['ports'], 'ops'>, fields: Record<string, unknown>): void {
    const all = { ...ports, ops: this.#opsPort };
    this.#options.logger.info(message, { ...all, ...fields });
    announceReady(all);
    returnIdleMemory();
  }

  #beginToStop(): void {
    this.health.drain();
    this.#stopping.abort();
  }
}
