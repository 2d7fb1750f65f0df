import {
  ConfigError,
  integer,
  isInTheClear,
  readEnv,
  readHttpUrl,
  secretRing,
  serviceEnv,
  type Token,
  tcpPort,
} from '@postern/runtime';
import { z } from 'zod';
import { AccountsConfig, accountsEnv } from './accounts/config.ts';

type Env = Record<string, string | undefined>;

const origins = z
  .string()
  .default('')
  .transform((text, context) => {
    const list = text.split(',').map((entry) => entry.trim());
    const found = list.filter((entry) => entry !== '');
    for (const origin of found) {
      if (origin.includes('*') || readHttpUrl(origin, { path: false }).url !== origin) {
        context.addIssue(`expected origins such as https://app.example.com, separated by commas; one of them is not`);
      }
    }
    return found;
  });

const MIN_SECRET_BYTES = 24;

/** Base64, as Standard Webhooks hands secrets out, with or without its `whsec_`; several by comma. */
const webhookSecrets = z
  .string()
  .default('')
  .transform((text, context) => {
    const secrets = text
      .split(',')
      .map((entry) => entry.trim().replace(/^whsec_/, ''))
      .filter((entry) => entry !== '')
      .map((entry) => Buffer.from(entry, 'base64'));
    if (secrets.some(({ length }) => length < MIN_SECRET_BYTES)) {
      context.addIssue(`expected secrets of ${MIN_SECRET_BYTES} bytes or more in base64, separated by commas`);
    }
    return secrets;
  });

/** Every variable of the gateway. */
export const gatewayEnv = {
  ...accountsEnv,
  ...serviceEnv,
  GATEWAY_ENVELOPE_KEY: secretRing(
    '32 random bytes in base64, the same as the worker has: sign what the gateway publishes',
  ),
  GATEWAY_HOST: z.string().min(1).default('0.0.0.0'),
  GATEWAY_PORT: tcpPort(3000),
  GATEWAY_OPS_HOST: z.string().min(1).default('0.0.0.0'),
  GATEWAY_OPS_PORT: tcpPort(3001),
  /** Without it nobody may ask. */
  PEER_KEY: secretRing(
    '32 random bytes in base64, the same as the worker has: workers ask on the ops port for traces and what waits',
  ).optional(),
  MAX_CONNECTIONS: integer(10_000, 1, 1_000_000, 'how many clients may be connected at once'),
  TRUST_PROXY: integer(0, 0, 10, 'how many trusted proxies are in front of the gateway'),
  PROXY_HEADER: z
    .enum(['x-forwarded-for', 'forwarded'], 'expected x-forwarded-for or forwarded: the header that the proxies write')
    .default('x-forwarded-for'),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  CORS_ORIGINS: origins,
  COOKIE_ORIGINS: origins,
  MAIL_WEBHOOK_SECRETS: webhookSecrets,
  RECENT_SIGN_IN_SECONDS: integer(900, 10, 86_400, 'how long a proven password counts as recent, in seconds'),
  REQUEST_RECORD_DAYS: integer(7, 0, 365, 'how long what was answered is kept for traces, in days; 0 keeps none'),
  DRAIN_DELAY_MS: integer(0, 0, 60_000, 'how long to go on serving after SIGTERM while load balancers look away'),
  ACCOUNT_LIMITS_FACTOR: integer(1, 1, 1_000_000, 'how many times its limits an account may use up'),
};

export type GatewayEnv = z.infer<z.ZodObject<typeof gatewayEnv>>;

/** The token of the validated variables: a module that names it hands them to an operation or a class. Nothing is made of it. */
export const GatewayEnv = class {} as unknown as Token<GatewayEnv>;

/** The gateway's configuration, validated. */
export interface GatewayConfig {
  env: GatewayEnv;
  accounts: AccountsConfig;
  tls: { certFile: string; keyFile: string } | undefined;
}

/**
 * Reads the gateway's environment.
 *
 * @throws ConfigError with all configuration errors together
 */
export function readConfig(source: Env = process.env): GatewayConfig {
  const problems = contradictions(source);
  let env: GatewayEnv | undefined;
  try {
    env = readEnv(gatewayEnv, source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.unshift(...error.problems);
  }
  problems.push(...(env ? clearCookies(env) : []));
  if (!env || problems.length > 0) throw new ConfigError(problems);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env;
  return { env, accounts: new AccountsConfig(env), tls: certFile && keyFile ? { certFile, keyFile } : undefined };
}

/** Cookies of sessions cross no network in the clear. */
function clearCookies({ COOKIE_ORIGINS: pages, PUBLIC_URL }: GatewayEnv): string[] {
  if (pages.length === 0 || ![...pages, PUBLIC_URL].some(isInTheClear)) return [];
  return ['COOKIE_ORIGINS: expected https in it and in PUBLIC_URL; http only on localhost or a loopback address'];
}

/** What no variable shows by itself. */
function contradictions(source: Env): string[] {
  const problems: string[] = [];
  if (Boolean(source.TLS_CERT_FILE) !== Boolean(source.TLS_KEY_FILE)) {
    problems.push('TLS_CERT_FILE and TLS_KEY_FILE: set both to serve HTTPS, or neither');
  }
  const grace = Number(source.SHUTDOWN_GRACE_MS || 30_000);
  if (Number(source.DRAIN_DELAY_MS || 0) >= grace) {
    problems.push('DRAIN_DELAY_MS: expected less than SHUTDOWN_GRACE_MS, which it is a part of');
  }
  return problems;
}
