import { request as httpRequest } from 'node:http';
import { type Clock, type Database, FakeClock, MemoryLogger, Metrics, newId, type Transaction } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { migrations } from '../migrations/index.ts';
import { createHttpPlatform, type HttpPlatform, type HttpSettings } from '../src/http/http-platform.ts';
import { httpSweeps } from '../src/http/http-sweeps.ts';
import { RequestRecords } from '../src/http/records/request-records.ts';
import { Authenticator, type Principal, type Refusal, type Route } from '../src/http/route.ts';
import { type RunningServer, startHttpServer } from '../src/http/server.ts';
import { runScheduled } from '../src/schedules/testing/run-scheduled.ts';

export const PUBLIC_URL = 'https://accounts.example.com';

/** Of servers in a test's own process: no request is late by a machine that stands still for half a minute, and no stop waits for idle connections. */
export const PATIENT_LIMITS = { idleLinger: 0, headersTimeout: 120_000, requestTimeout: 120_000 };

/** Tokens are the names of what they mean. */
export class FakeAuthenticator extends Authenticator {
  readonly principals = new Map<string, Principal>();
  readonly refusals: Refusal[] = [];

  override async authenticate(bearer: string): Promise<Principal | undefined> {
    return this.principals.get(bearer);
  }

  override async isLive(principal: Principal): Promise<boolean> {
    return [...this.principals.values()].includes(principal);
  }

  override async holderOf(): Promise<Principal | undefined> {
    return undefined;
  }

  override async permits(principal: Principal, permission: string): Promise<boolean> {
    return principal.permissions.includes(permission);
  }

  override async holds(_tx: Transaction, principal: Principal, permission: string): Promise<boolean> {
    return (await this.isLive(principal)) && principal.permissions.includes(permission);
  }

  override async noteRefusal(_userId: string, refusal: Refusal): Promise<void> {
    this.refusals.push(refusal);
  }

  /** A signed-in person; `token` is what to send. */
  signIn(token: string, fields: Partial<Principal> = {}): Principal {
    const principal = {
      userId: newId(),
      sessionId: newId(),
      generation: 0,
      roles: [],
      permissions: [],
      authenticatedAt: new Date(),
      ...fields,
    };
    this.principals.set(token, principal);
    return principal;
  }
}

/** Runs the platform's own schedules, as if it were that time. */
export async function sweepAt(database: Database, at: Date): Promise<void> {
  for (const { run } of httpSweeps) await runScheduled(run, { database, clock: new FakeClock(at) });
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body field by field.
  json: any;
  text: string;
}

export interface TestHttp {
  url: string;
  port: number;
  database: Database;
  authenticator: FakeAuthenticator;
  logger: MemoryLogger;
  metrics: Metrics;
  platform: HttpPlatform;
  /** Where the test asked for them. */
  records: RequestRecords | undefined;
  server: RunningServer;
  /** Sends; an object body goes as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A second replica on the same database. */
  replica(): Promise<TestHttp>;
  close(): Promise<void>;
}

export interface TestHttpOptions {
  settings?: Partial<HttpSettings>;
  clock?: Clock;
  /** How long records of requests are kept; without it there is nothing that keeps them. */
  recordDays?: number;
}

/** The platform over a real port and a real database, around operations of the test's own. */
export async function startTestHttp(operations: readonly Route[], options: TestHttpOptions = {}): Promise<TestHttp> {
  const db = await testDatabase('gateway-http', migrations);
  return startReplica(operations, options, db, db.close);
}

async function startReplica(
  operations: readonly Route[],
  options: TestHttpOptions,
  db: TestDatabase,
  release: () => Promise<void>,
): Promise<TestHttp> {
  const { database } = db;
  const authenticator = new FakeAuthenticator();
  const logger = new MemoryLogger();
  const metrics = new Metrics({ defaults: false });
  const settings = {
    publicUrl: PUBLIC_URL,
    productName: 'Postern',
    corsOrigins: [],
    cookieOrigins: [],
    deviceSeconds: 7_776_000,
    trustProxy: 0,
    recentSignInSeconds: 900,
    derive: () => Buffer.alloc(32, 7),
    version: '0.0.0',
    ...options.settings,
  };
  const { clock, recordDays: days } = options;
  const records =
    days === undefined ? undefined : new RequestRecords(database, { logger, days, ...(clock && { clock }) });
  const resources = { database, authenticator, logger, metrics, ...(clock && { clock }), ...(records && { records }) };
  const platform = createHttpPlatform(operations, settings, resources);
  const server = await startHttpServer(platform.app, {
    host: '127.0.0.1',
    port: 0,
    maxConnections: 1_000,
    problemBase: platform.problemBase,
    logger,
    limits: PATIENT_LIMITS,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const stop = () => server.close(AbortSignal.timeout(5_000));
  return {
    url,
    port: server.port,
    database,
    authenticator,
    logger,
    metrics,
    platform,
    records,
    server,
    send: (method, path, body, headers) => send(url + path, method, body, headers),
    replica: () => startReplica(operations, options, db, async () => {}),
    close: async () => {
      await stop();
      await records?.flush();
      await release();
    },
  };
}

/** One request with Node's own client, which sends whatever it is told to. */
export function send(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const payload = raw ? body : body === undefined ? undefined : JSON.stringify(body);
  const type = body !== undefined && !raw ? { 'content-type': 'application/json' } : {};
  const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers: { ...type, ...length, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = text !== '' && /json/.test(response.headers['content-type'] ?? '');
        const flat = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(flat),
          text,
          json: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
