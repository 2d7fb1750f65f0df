import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, inTurn, type Logger, openServer } from '@postern/runtime';
import type { QueueDirectory } from '@postern/sqs';
import type { SqsClient } from '../consumers.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { OperatorSessions } from '../operators/operator-sessions.ts';
import { OperatorSignIn } from '../operators/operator-sign-in.ts';
import { Operators } from '../operators/operators.ts';
import { actPages } from './pages/act-pages.ts';
import { Acts } from './web/acts.ts';
import { readAssets } from './web/assets.ts';
import { ConsoleApp } from './web/console-app.ts';
import type { ConsoleRoute } from './web/console-route.ts';

/** Browsers of a few operators; more connections than this are somebody else's. */
const MAX_CONNECTIONS = 100;
const REQUEST_MS = 15_000;
/** How long a stop waits for what operators have begun, in milliseconds. */
const SETTLE_MS = 3_000;

interface ConsoleAddress {
  host: string;
  /** With 0 a free port is chosen; the result has it. */
  port: number;
  publicUrl: string | undefined;
}

/** The queues as operators see them: all that there are. */
export interface SqsAccess {
  client: SqsClient;
  queues: QueueDirectory;
}

/** What the areas of the console have to work with, besides what they are made from. */
interface ConsoleTools {
  acts: Acts;
  sqs: SqsAccess;
}

/** The operators' console: a server on a port of its own, so that health and metrics need no sign-in and this does. */
export class Console {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #areas: (tools: ConsoleTools) => readonly ConsoleRoute[];

  constructor(database: Database, logger: Logger, areas: (tools: ConsoleTools) => readonly ConsoleRoute[]) {
    this.#database = database;
    this.#logger = logger;
    this.#areas = areas;
  }

  /**
   * Serves until it is closed.
   *
   * @throws the listen error (a port in use) as it is
   */
  async listen(
    { host, port, publicUrl }: ConsoleAddress,
    sqs: SqsAccess,
  ): Promise<{ port: number; close(): Promise<void> }> {
    const [database, logger] = [this.#database, this.#logger];
    const audit = new OperatorAudit(database);
    const sessions = new OperatorSessions(database);
    const acts = new Acts(audit, logger);
    const app = new ConsoleApp({
      ...{ site: { publicUrl }, assets: readAssets(), sessions, audit, logger },
      signIn: new OperatorSignIn(database, new Operators(database), sessions, audit),
      routes: [...this.#areas({ acts, sqs }), ...actPages(audit)],
      now: () => database.clock.now(),
    });
    const server = createServer(inTurn((request, response) => void app.handle(request, response)));
    server.requestTimeout = REQUEST_MS;
    server.headersTimeout = REQUEST_MS;
    server.maxConnections = MAX_CONNECTIONS;
    const open = await openServer(server, port, host);
    return {
      port: open.port,
      close: async () => {
        await open.close();
        // One that goes on for long is cut off: letters are sent before they are deleted, and its entry stays `begun`.
        await Promise.race([acts.settled(), sleep(SETTLE_MS, undefined, { ref: false })]);
      },
    };
  }
}
