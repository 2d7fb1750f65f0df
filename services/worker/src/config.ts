import { OWN_QUEUES, QUEUES, readDomain, readEmailAddress } from '@postern/events';
import {
  ConfigError,
  errorMessage,
  httpUrl,
  integer,
  isInTheClear,
  productEnv,
  readEnv,
  secretRing,
  serviceEnv,
  tcpPort,
} from '@postern/runtime';
import { z } from 'zod';
import type { RateRule, RateRules } from './mail/delivery/rate-limits.ts';
import { type DkimKey, dkimKey } from './mail/delivery/transports/dkim.ts';
import { type OauthSettings, oauthEnv, readOauth } from './mail/delivery/transports/oauth-settings.ts';
import { PROVIDER_NAMES, urlProblems } from './mail/delivery/transports/open-transport.ts';
import { gatewayPeer, peerEnv } from './peer/gateway-peer.ts';

const DAY_MS = 86_400_000;

const RECIPIENT_KEY =
  '32 random bytes in base64, the same for all workers, for ever: know suppressed addresses by a hash';

/** Every variable of the worker. */
export const workerEnv = {
  ...serviceEnv,
  LINK_KEY: secretRing('32 random bytes in base64, the same as the gateway has (openssl rand -base64 32)'),
  RECIPIENT_KEY: secretRing(RECIPIENT_KEY)
    .refine(({ all }) => all.length === 1, 'expected one key: hashes cannot be recomputed under another')
    .describe(RECIPIENT_KEY),
  GATEWAY_ENVELOPE_KEY: secretRing(
    '32 random bytes in base64, the same as the gateway has: check what the gateway published',
  ).optional(),
  WORKER_ENVELOPE_KEY: secretRing('32 random bytes in base64, the same for all workers: sign what workers write'),
  ACCEPT_UNSIGNED_UNTIL: z.string().transform(readSoon).optional(),
  PUBLIC_URL: httpUrl({ path: false, example: 'https://accounts.example.com' }),
  APP_URL: httpUrl({ path: true, example: 'https://www.example.com/account' }).optional(),
  WORKER_OPS_HOST: z.string().default('0.0.0.0'),
  WORKER_OPS_PORT: tcpPort(3002),
  /** Without a port there is no console. */
  WORKER_CONSOLE_PORT: tcpPort(0).unwrap().optional(),
  WORKER_CONSOLE_HOST: z.string().default('127.0.0.1'),
  WORKER_CONSOLE_URL: httpUrl({ path: false, example: 'https://console.example.com' }).optional(),
  ...peerEnv,
  OPERATOR_AUDIT_RETENTION_DAYS: integer(400, 90, 3_650, 'how long what operators did is kept, in days'),
  WORKER_QUEUES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(QUEUES, `a comma list of ${QUEUES.join(', ')}`)).min(1))
    .default([...OWN_QUEUES]),
  WORKER_CONCURRENCY: integer(100, 1, 10_000, 'messages at once of a queue'),
  /** Longest receive. A stop waits for the open one: half of the ten seconds that Docker gives, for some cents of requests a month. */
  WORKER_POLL_SECONDS: integer(5, 1, 20, 'the length of a long poll in seconds'),
  /** How long a message of an unknown type or version waits for a replica that knows it. */
  WORKER_UNKNOWN_MS: integer(3_600_000, 1, DAY_MS, 'how long what is unknown waits, in milliseconds'),
  SMTP_URL: providerUrl('SMTP_URL'),
  SMTP_FALLBACK_URL: providerUrl('SMTP_FALLBACK_URL').optional(),
  ...oauthEnv,
  MAIL_EHLO_NAME: z.string().transform(readGreeting).optional(),
  MAIL_FROM: z.string().transform(readMailbox).describe('the sender, as in: Postern <hello@example.com>'),
  ...productEnv,
  MAIL_REPLY_TO: z.string().transform(ownAddress).optional(),
  MAIL_RETURN_PATH: z.string().transform(ownAddress).optional(),
  MAIL_LIFETIME_MS: integer(DAY_MS, 1, DAY_MS, 'how long a mail is tried, in milliseconds'),
  /** How long the ledger keeps a mail after its last change: longer than its message can come back. */
  MAIL_RETENTION_DAYS: integer(90, 30, 3_650, 'how long the ledger remembers a mail, in days'),
  MAIL_LEASE_MS: integer(150_000, 1_000, DAY_MS, 'the lease of a mail that is being sent, in milliseconds'),
  MAIL_POLL_MS: integer(1_000, 1, DAY_MS, 'how often due mails are looked for, in milliseconds'),
  MAIL_PROVIDER_RATES: z.string().transform(readRates).transform(namesProviders).default(new Map()),
  MAIL_DOMAIN_RATES: z.string().transform(readRates).transform(namesDomains).default(new Map()),
  DKIM_DOMAIN: z.string().optional(),
  DKIM_SELECTOR: z.string().optional(),
  DKIM_PRIVATE_KEY: z.string().optional(),
};

/** What SQS keeps a message for at most (SetQueueAttributes, MessageRetentionPeriod): what is older than an upgrade has gone by then. */
const UPGRADE_DAYS = 14;

function readSoon(text: string, context: z.RefinementCtx): Date {
  const { success } = z.iso.datetime({ offset: true }).safeParse(text);
  const time = new Date(text);
  if (!success) context.addIssue('expected a time with its zone, such as 2026-01-31T10:00:00Z');
  else if (time.getTime() - Date.now() > UPGRADE_DAYS * DAY_MS) {
    context.addIssue(
      `expected a time within ${UPGRADE_DAYS} days: as long as anybody's messages are accepted, nothing is checked`,
    );
  }
  return time;
}

/** The URL of a provider, with its errors among those of the other variables. */
function providerUrl(variable: string) {
  return z
    .string()
    .superRefine((text, context) => {
      for (const problem of urlProblems(text, variable)) context.addIssue(problem.replace(`${variable}: `, ''));
    })
    .describe('smtp://user:password@host:587, smtps://user:password@host:465 or ses://region');
}

/** `Name <address>` or a bare address. */
function readMailbox(text: string, context: z.RefinementCtx): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^<>]+)>|([^<>\s]+))\s*$/.exec(text);
  const given = (match?.[2] ?? match?.[3] ?? '').trim();
  const { fault } = readEmailAddress(given);
  if (fault !== undefined) context.addIssue(`expected a sender, as in: Postern <hello@example.com>. ${fault}`);
  return { name: match?.[1] ?? '', address: given };
}

/** A host's name as the DNS has it, or an address in brackets (RFC 5321, 4.1.3). */
function readGreeting(text: string, context: z.RefinementCtx): string {
  if (/^\[(\d{1,3}(\.\d{1,3}){3}|IPv6:[0-9a-f:.]+)\]$/i.test(text)) return text;
  const { ascii, fault } = readDomain(text);
  if (fault !== undefined) context.addIssue(`expected the name of this host, such as worker.example.com: ${fault}`);
  return ascii ?? text;
}

function ownAddress(text: string, context: z.RefinementCtx): string {
  const { fault } = readEmailAddress(text);
  if (fault !== undefined) context.addIssue(`expected an address: name@domain. ${fault}`);
  return text.trim();
}

/** `gmail.com=20/1s, *=100/1m`: at most that many in each second, minute or hour. */
function readRates(text: string, context: z.RefinementCtx): ReadonlyMap<string, RateRule> {
  const rules = new Map<string, RateRule>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const match = /^([^=\s]+)=(\d{1,9})\/(\d{1,4})([smh])$/.exec(part);
    const max = Number(match?.[2]);
    const count = Number(match?.[3]);
    if (!match?.[1] || max < 1 || count < 1) {
      context.addIssue('expected rates such as gmail.com=20/1s,*=100/1m');
      return rules;
    }
    const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match[4] as 's' | 'm' | 'h'];
    rules.set(match[1].toLowerCase(), { max, windowMs: count * unit });
  }
  return rules;
}

type Rates = ReadonlyMap<string, RateRule>;

function namesProviders(rules: Rates, context: z.RefinementCtx): Rates {
  const unknown = [...rules.keys()].filter((name) => !PROVIDER_NAMES.includes(name));
  if (unknown.length > 0) context.addIssue(`no provider ${unknown.join(', ')}; there are ${PROVIDER_NAMES.join(', ')}`);
  return rules;
}

/** Domains as the DNS has them (`xn--…`), which is how recipients' are compared. */
function namesDomains(rules: Rates, context: z.RefinementCtx): Rates {
  const inAscii = [...rules].map(
    ([name, rule]) => [name === '*' ? name : (readDomain(name).ascii ?? ''), rule] as const,
  );
  if (inAscii.some(([name]) => name === '')) context.addIssue('expected domains, such as gmail.com=20/1s,*=100/1m');
  return new Map(inAscii);
}

type WorkerEnv = z.infer<z.ZodObject<typeof workerEnv>>;

export interface Config extends WorkerEnv {
  dkim: DkimKey | undefined;
  oauth: OauthSettings | undefined;
  rates: RateRules;
}

/** @throws ConfigError with all configuration errors together, each with what was expected */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const values = readEnv(workerEnv, env);
  // Ignored, it would have mails go out under another name.
  if (env.MAIL_BRAND) throw new ConfigError(['MAIL_BRAND is called PRODUCT_NAME, which the gateway reads as well']);
  if (values.WORKER_QUEUES.includes('events') && !values.GATEWAY_ENVELOPE_KEY) {
    throw new ConfigError([
      `GATEWAY_ENVELOPE_KEY is not set: the queue events is consumed, and expected is ${workerEnv.GATEWAY_ENVELOPE_KEY.description}`,
    ]);
  }
  // Its operators' secrets and sessions.
  if (values.WORKER_CONSOLE_URL && isInTheClear(values.WORKER_CONSOLE_URL)) {
    throw new ConfigError(['WORKER_CONSOLE_URL: expected https; http only on localhost or a loopback address']);
  }
  gatewayPeer(values, () => new Date());
  return {
    ...values,
    dkim: readDkim(values),
    oauth: readOauth(values, [values.SMTP_URL, values.SMTP_FALLBACK_URL]),
    rates: { providers: values.MAIL_PROVIDER_RATES, domains: values.MAIL_DOMAIN_RATES },
  };
}

function readDkim({ DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY }: WorkerEnv): DkimKey | undefined {
  if (!DKIM_DOMAIN && !DKIM_SELECTOR && !DKIM_PRIVATE_KEY) return undefined;
  if (!DKIM_DOMAIN || !DKIM_SELECTOR || !DKIM_PRIVATE_KEY) {
    throw new ConfigError(['DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY belong together: set all or none']);
  }
  const { fault } = readDomain(DKIM_DOMAIN);
  if (fault !== undefined) throw new ConfigError([`DKIM_DOMAIN: expected a domain: ${fault}`]);
  try {
    return dkimKey(DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY);
  } catch (error) {
    throw new ConfigError([`DKIM_PRIVATE_KEY: ${errorMessage(error)}`]);
  }
}

/** The key that addresses are known by. */
export const recipientKey = { RECIPIENT_KEY: workerEnv.RECIPIENT_KEY };

/** What the `dead-letters` command needs. */
export function readDeadLettersConfig(env?: Record<string, string | undefined>) {
  const { LOG_LEVEL, SQS_ENDPOINT, AWS_REGION, QUEUE_PREFIX, QUEUE_CREATE, WORKER_QUEUES } = workerEnv;
  const { GATEWAY_ENVELOPE_KEY, WORKER_ENVELOPE_KEY } = workerEnv;
  // Looking needs no keys; what is edited is signed again.
  const keys = { GATEWAY_ENVELOPE_KEY, WORKER_ENVELOPE_KEY: WORKER_ENVELOPE_KEY.optional() };
  return readEnv({ LOG_LEVEL, SQS_ENDPOINT, AWS_REGION, QUEUE_PREFIX, QUEUE_CREATE, WORKER_QUEUES, ...keys }, env);
}

/** What `mail:preview NAME --to ADDRESS` needs. */
export function readPreviewConfig(env?: Record<string, string | undefined>) {
  const { SMTP_URL, MAIL_FROM, MAIL_EHLO_NAME } = workerEnv;
  const values = readEnv({ SMTP_URL, MAIL_FROM, MAIL_EHLO_NAME, ...oauthEnv }, env);
  return { ...values, oauth: readOauth(values, [values.SMTP_URL]) };
}
