import { createServer, type Server as HttpServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { inTurn, type Logger, tryPort } from '@postern/runtime';
import { answerClientError } from './client-error.ts';
import { SilentConnections } from './silent-connections.ts';
import { SlowReaders } from './slow-readers.ts';
import { readTlsPair, type TlsPaths, watchTlsFiles } from './tls-files.ts';
import { withAddress } from './with-address.ts';

/** How often a stopping server closes the connections that have fallen idle, in milliseconds. */
const CLOSE_IDLE_MS = 50;
/**
 * How long it leaves idle connections open first: a client that is between two requests has the next one answered, and is
 * asked to leave (`connection: close`), where it would have met a reset.
 */
const IDLE_LINGER_MS = 1_000;

/**
 * Limits against slow and greedy clients. The first byte: 10 s. Headers: 10 s from then on, and 16 KB. A whole request:
 * 20 s. An idle connection: 65 s, longer than the 60 s of the usual load balancer, which must be the one to close it. An
 * answer that has not been read a minute after its request had its turn is cut off.
 */
const ANSWER_MS = 60_000;
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  // The platform answers these itself, as problem details.
  requireHostHeader: false,
} satisfies ServerOptions;

interface HttpServerOptions {
  host: string;
  /** With 0 a free port is chosen. */
  port: number;
  tls?: TlsPaths | undefined;
  /** Connections at most; more are refused before they cost anything. */
  maxConnections: number;
  problemBase: string;
  logger: Logger;
  /** Other time limits, in milliseconds (tests). */
  limits?: Partial<
    Pick<typeof LIMITS, 'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'> & {
      answerTimeout: number;
      idleLinger: number;
    }
  >;
}

export interface RunningServer {
  port: number;
  /** Reads the TLS files again now. Nothing without TLS. */
  reloadTls(): Promise<void>;
  /**
   * Takes no new connection and resolves when all requests that have arrived are answered. When `signal` aborts, what
   * is left is cut off.
   */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Whether it will be possible to listen so: checked at start, while the server itself opens its port only once it can serve.
 *
 * @throws as `startHttpServer` does
 */
export async function checkListening({
  host,
  port,
  tls,
}: Pick<HttpServerOptions, 'host' | 'port' | 'tls'>): Promise<void> {
  if (tls) await readTlsPair(tls);
  if (port !== 0) await tryPort(port, host);
}

/**
 * Listens, over TLS when there are files for it.
 *
 * @throws the listen error, or an Error that says what is wrong with the TLS files
 */
export async function startHttpServer(listener: RequestListener, options: HttpServerOptions): Promise<RunningServer> {
  const { tls, logger } = options;
  const pair = tls && (await readTlsPair(tls));
  const { answerTimeout: limitMs = ANSWER_MS, idleLinger = IDLE_LINGER_MS, ...others } = options.limits ?? {};
  const limits = { ...LIMITS, ...others };
  const { headersTimeout, connectionsCheckingInterval: everyMs } = limits;
  const slowReaders = new SlowReaders({ limitMs, everyMs });
  const app = inTurn(withAddress(slowReaders.watch(listener)));
  const secure =
    pair &&
    createSecureServer(
      // A client that connects and does not go on has no headers yet to be late with.
      { ...limits, ...pair, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout },
      app,
    );
  const server: HttpServer = secure ?? createServer(limits, app);
  const watch =
    tls && pair && secure && watchTlsFiles(tls, pair, { logger, apply: (next) => secure.setSecureContext(next) });
  const silent = new SilentConnections(server, { limitMs: headersTimeout, everyMs });
  server.maxConnections = options.maxConnections;
  server.maxRequestsPerSocket = 0;
  // Before there is an encrypted connection an answer would wait for one, and hold the place of a client for ever. Node makes a `clientError` of it afterwards.
  secure?.prependListener('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (error, socket) => answerClientError(error, socket, options.problemBase));
  // An unknown expectation is ignored, as RFC 9110, 10.1.1 allows.
  server.on('checkExpectation', (request, response) => app(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    reloadTls: async () => watch?.check(),
    close: async (signal) => {
      watch?.stop();
      await closeServer(server, silent, signal, idleLinger);
      slowReaders.stop();
      silent.stop();
    },
  };
}

async function closeServer(
  server: HttpServer,
  silent: SilentConnections,
  signal: AbortSignal,
  lingerMs: number,
): Promise<void> {
  // The `close` of net, which only ends the listening: that of http also closes idle connections at once.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const from = performance.now() + lingerMs;
  // Again and again: connections that are busy now fall idle later.
  const idle = setInterval(() => {
    if (performance.now() < from) return;
    silent.close();
    server.closeIdleConnections();
  }, CLOSE_IDLE_MS);
  const cutOff = (): void => {
    silent.close();
    server.closeAllConnections();
  };
  signal.addEventListener('abort', cutOff, { once: true });
  try {
    await closed;
  } finally {
    clearInterval(idle);
    // Ends the timer of Node's own that looks for slow connections; it has nothing left to close.
    server.close();
    signal.removeEventListener('abort', cutOff);
  }
}
