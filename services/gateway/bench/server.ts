import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryLogger, Metrics, openDatabase } from '@postern/runtime';
import express from 'express';
import fastify from 'fastify';
import { z } from 'zod';
import { createHttpPlatform } from '../src/http/http-platform.ts';
import { Authenticator, defineRoute, type Principal } from '../src/http/route.ts';
import { ANSWER, PATH } from './load.ts';

/** What is measured. All answer the same bytes; `bare` is what Node can do at most, `gateway` does everything that we do. */
const servers: Record<string, () => RequestListener | Promise<RequestListener>> = {
  bare,
  express: plainExpress,
  tuned: tunedExpress,
  fastify: fastifyListener,
  gateway,
};

function bare(): RequestListener {
  const body = JSON.stringify(ANSWER);
  return (request, response) => {
    const send = () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    };
    if (request.method === 'GET') return send();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'));
      send();
    });
  };
}

function plainExpress(): RequestListener {
  return express()
    .use(express.json())
    .get(PATH, (_request, response) => void response.json(ANSWER))
    .post(PATH, (_request, response) => void response.json(ANSWER));
}

/** Without what costs most and is not asked for here: ETags, a header of its own, the body made anew for each answer. */
function tunedExpress(): RequestListener {
  const body = JSON.stringify(ANSWER);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const send = (response: ServerResponse) => response.writeHead(200, headers).end(body);
  const app = express().disable('etag').disable('x-powered-by');
  return app
    .get(PATH, (_request, response) => void send(response))
    .post(PATH, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        JSON.parse(Buffer.concat(chunks).toString('utf8'));
        send(response);
      });
    });
}

async function fastifyListener(): Promise<RequestListener> {
  const app = fastify({ logger: false });
  app.get(PATH, async () => ANSWER);
  app.post(PATH, async () => ANSWER);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

/** As an access token that has been verified before. */
class KnownToken extends Authenticator {
  readonly #principals = new Map<string, Principal>();

  override async isLive(): Promise<boolean> {
    return true;
  }

  override async holderOf(): Promise<Principal | undefined> {
    return undefined;
  }

  override async permits(): Promise<boolean> {
    return true;
  }

  override async holds(): Promise<boolean> {
    return true;
  }

  override async noteRefusal(): Promise<void> {}

  override async authenticate(bearer: string): Promise<Principal | undefined> {
    let principal = this.#principals.get(bearer);
    if (!principal) {
      principal = {
        userId: '1',
        sessionId: '1',
        generation: 0,
        roles: [],
        permissions: [],
        authenticatedAt: new Date(),
      };
      this.#principals.set(bearer, principal);
    }
    return principal;
  }
}

function gateway(): RequestListener {
  const responses = { 200: { description: 'A person.', schema: z.looseObject({ id: z.string() }) } };
  const common = { path: PATH, summary: 'Bench', tags: [], responses };
  const answer = async () => ({ status: 200 as const, body: ANSWER });
  const text = z.string().min(1).max(200);
  const body = z.strictObject({ first_name: text, last_name: text, email: z.email(), password: text });
  const operations = [
    defineRoute({ ...common, method: 'get', operationId: 'read', auth: 'user', handle: answer }),
    defineRoute({ ...common, method: 'post', operationId: 'write', auth: 'user', body, handle: answer }),
  ];
  const logger = new MemoryLogger();
  const settings = {
    productName: 'Postern',
    publicUrl: 'https://bench.test',
    corsOrigins: [],
    cookieOrigins: [],
    deviceSeconds: 0,
    trustProxy: 1,
    recentSignInSeconds: 900,
    derive: () => Buffer.alloc(32),
    version: '0',
  };
  // No operation asks the database: this is about the platform.
  const database = openDatabase('sqlite::memory:', { logger });
  const metrics = new Metrics({ defaults: false });
  const platform = createHttpPlatform(operations, settings, {
    database,
    authenticator: new KnownToken(),
    logger,
    metrics,
  });
  return platform.app;
}

const listener = await servers[process.argv[2] ?? '']?.();
if (!listener) throw new Error(`expected one of ${Object.keys(servers).join(', ')}`);
// Given a port, further processes listen on it, too.
const [, , , shared] = process.argv;
const address = { port: Number(shared ?? 0), host: '127.0.0.1', reusePort: shared !== undefined };
const server = createServer(listener).listen(address, () => {
  process.send?.((server.address() as AddressInfo).port);
});
// Asked for its processor time, in microseconds: on a busy machine that tells more than the clock.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.once('disconnect', () => process.exit(0));
