import type { Clock, Database, Logger, Metrics } from '@postern/runtime';
import type { Express } from 'express';
import { createApp } from './app.ts';
import type { Authenticator } from './authenticator.ts';
import { ClientAddresses, type ProxyHeader } from './client-addresses.ts';
import { CookieMode } from './cookies/cookie-mode.ts';
import { Cors } from './cors.ts';
import { docsRoutes } from './docs/docs-routes.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { IdempotencyStore } from './idempotency/idempotency-store.ts';
import { ReplyVault } from './idempotency/reply-vault.ts';
import { RateLimitStore } from './limits/rate-limit-store.ts';
import { RateLimiter } from './limits/rate-limiter.ts';
import { withAccountFactor } from './limits/with-account-factor.ts';
import type { RequestRecords } from './records/request-records.ts';
import { RequestMetrics } from './request-metrics.ts';
import { Responder } from './responder.ts';
import type { Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpSettings {
  /** What the product is called on its pages. */
  productName: string;
  publicUrl: string;
  corsOrigins: readonly string[];
  /** Whose pages may have their sessions in cookies. */
  cookieOrigins: readonly string[];
  /** For how long a browser keeps the cookie of its device. */
  deviceSeconds: number;
  /** Trusted proxies before this process. */
  trustProxy: number;
  /** Which header they write; X-Forwarded-For by default. */
  proxyHeader?: ProxyHeader;
  recentSignInSeconds: number;
  /** How many times its limits an account may use up; 1 unless it is said. */
  accountLimitsFactor?: number;
  /** A key of 32 bytes for a purpose of the platform's own, the same on all replicas. Asked with each request, not before. */
  derive: (purpose: string) => Buffer;
  /** Writes a line for each request at level debug. */
  logRequests?: boolean;
  /** Of the release, for the OpenAPI description. */
  version: string;
}

interface HttpResources {
  database: Database;
  authenticator: Authenticator;
  logger: Logger;
  metrics: Metrics;
  clock?: Clock;
  /** Keeps what was answered, for traces. */
  records?: RequestRecords;
}

export interface HttpPlatform {
  /** What a product adds with `app.use` runs for every request, before the operations. */
  app: Express;
  responder: Responder;
  problemBase: string;
}

/** Puts the platform together around the operations: all that is between a socket and a handler. */
export function createHttpPlatform(
  operations: readonly Route[],
  settings: HttpSettings,
  { database, authenticator, logger, metrics, records, clock = database.clock }: HttpResources,
): HttpPlatform {
  const { publicUrl, corsOrigins, cookieOrigins, deviceSeconds, trustProxy, recentSignInSeconds, derive, version } =
    settings;
  const { proxyHeader = 'x-forwarded-for', accountLimitsFactor = 1 } = settings;
  const problemBase = new URL('/problems/', publicUrl).href;
  const cors = new Cors(corsOrigins, cookieOrigins);
  const https = publicUrl.startsWith('https:');
  const headers = securityHeaders({ https });
  const { logRequests = false } = settings;
  const responder = new Responder({ headers, cors, problemBase, logger, logRequests, records });
  const keys = new IdempotencyStore(database);
  const counts = new RateLimitStore(database, () => derive('http/rate-limits'));
  const app = createApp(
    [...withAccountFactor(operations, accountLimitsFactor), ...docsRoutes(operations, { version, problemBase })],
    {
      database,
      authenticator,
      recentSignInSeconds,
      clock,
      publicUrl,
      productName: settings.productName,
      addresses: new ClientAddresses({ hops: trustProxy, header: proxyHeader }, logger),
      cookieMode: new CookieMode({ origins: cookieOrigins, secure: https, deviceSeconds }, clock),
      responder,
      limiter: new RateLimiter(counts, clock),
      idempotency: new Idempotency(keys, new ReplyVault(() => derive('http/idempotency')), clock, logger),
      metrics: new RequestMetrics(metrics),
    },
    cors,
  );
  return { app, responder, problemBase };
}
