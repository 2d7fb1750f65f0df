import manifest from '../package.json' with { type: 'json' };
import type { GatewayConfig } from './config.ts';
import type { HttpSettings } from './http/http-platform.ts';

const DAY_SECONDS = 86_400;

/** What the HTTP platform has to know of the configuration. */
export function httpSettings({ env, accounts }: GatewayConfig): HttpSettings {
  return {
    productName: env.PRODUCT_NAME,
    publicUrl: env.PUBLIC_URL,
    corsOrigins: env.CORS_ORIGINS,
    cookieOrigins: env.COOKIE_ORIGINS,
    deviceSeconds: env.DEVICE_DAYS * DAY_SECONDS,
    trustProxy: env.TRUST_PROXY,
    proxyHeader: env.PROXY_HEADER,
    recentSignInSeconds: env.RECENT_SIGN_IN_SECONDS,
    accountLimitsFactor: env.ACCOUNT_LIMITS_FACTOR,
    derive: (purpose) => accounts.root.derive(purpose),
    logRequests: env.LOG_LEVEL === 'debug',
    version: manifest.version,
  };
}
