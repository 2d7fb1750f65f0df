import { ConfigError } from '@postern/runtime';

/** What a provider's URL says. Times in milliseconds. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte (smtps://). */
  secure: boolean;
  /** Without it a server that offers no STARTTLS is not talked to. */
  tls: 'required' | 'off';
  auth: { user: string; pass: string } | undefined;
  /** Who signs in by an access token (XOAUTH2) instead of a password. */
  oauthUser: string | undefined;
  connections: number;
  connectTimeoutMs: number;
  greetingTimeoutMs: number;
  /** Longest silence of the server. */
  socketTimeoutMs: number;
  /** Longest try up to its body: a server that drips its replies never falls silent. */
  sendTimeoutMs: number;
  /** Longest wait for the answer to a body. */
  bodyTimeoutMs: number;
}

/** Sizes and times that a URL may set, with their defaults and the greatest value that makes sense. */
const NUMBERS = {
  connections: { initial: 10, max: 200 },
  connect_timeout_ms: { initial: 10_000, max: 60_000 },
  greeting_timeout_ms: { initial: 10_000, max: 60_000 },
  socket_timeout_ms: { initial: 60_000, max: 300_000 },
  send_timeout_ms: { initial: 90_000, max: 300_000 },
  // As RFC 5321 (4.5.3.2.6) wants it: a server that scans for minutes has the mail by then, and what is cut off is sent once more.
  body_timeout_ms: { initial: 600_000, max: 900_000 },
} as const;

/**
 * Reads `smtp://user:password@host:587` or `smtps://…:465`. STARTTLS is required on smtp://; a server on a machine of
 * one's own that has none needs the explicit `?tls=off`.
 *
 * @param variable the environment variable's name, for the error
 * @throws ConfigError with every error; the URL, which holds a password, is never part of it
 */
export function readSmtpUrl(url: URL, variable: string): SmtpSettings {
  const problems: string[] = [];
  const number = (name: keyof typeof NUMBERS): number => {
    const { initial, max } = NUMBERS[name];
    const text = url.searchParams.get(name);
    const value = text === null ? initial : Number(text);
    if (!Number.isInteger(value) || value < 1 || value > max) {
      problems.push(`${variable}: ${name} is a whole number from 1 to ${max}`);
    }
    return value;
  };
  const secure = url.protocol === 'smtps:';
  const tls = url.searchParams.get('tls') ?? 'required';
  if (tls !== 'required' && tls !== 'off') problems.push(`${variable}: tls is "required" (the default) or "off"`);
  if (secure && tls === 'off')
    problems.push(`${variable}: smtps:// is TLS from the first byte; tls=off contradicts it`);
  if (url.hostname === '') problems.push(`${variable}: names no host, expected smtp://user:password@host:587`);
  const method = url.searchParams.get('auth') ?? 'password';
  if (method !== 'password' && method !== 'oauth2') {
    problems.push(`${variable}: auth is "password" (the default) or "oauth2"`);
  }
  const byToken = method === 'oauth2';
  if (byToken && url.username === '') problems.push(`${variable}: auth=oauth2 needs a user: smtp://user@host:587`);
  if (byToken && url.password !== '') problems.push(`${variable}: auth=oauth2 has no password; leave it out`);
  if (url.username !== '' && tls === 'off' && !isLoopback(url.hostname)) {
    problems.push(`${variable}: a password over a connection without TLS (tls=off) is for this machine only`);
  }
  const known = new Set(['tls', 'auth', ...Object.keys(NUMBERS)]);
  for (const name of url.searchParams.keys()) {
    if (!known.has(name)) problems.push(`${variable}: no setting "${name}"; there are ${[...known].join(', ')}`);
  }
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      problems.push(`${variable}: user and password are percent-encoded (% itself is %25)`);
      return '';
    }
  };
  const settings: SmtpSettings = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    tls: tls === 'off' ? 'off' : 'required',
    auth: url.username === '' || byToken ? undefined : { user: decode(url.username), pass: decode(url.password) },
    oauthUser: byToken ? decode(url.username) : undefined,
    connections: number('connections'),
    connectTimeoutMs: number('connect_timeout_ms'),
    greetingTimeoutMs: number('greeting_timeout_ms'),
    socketTimeoutMs: number('socket_timeout_ms'),
    sendTimeoutMs: number('send_timeout_ms'),
    bodyTimeoutMs: number('body_timeout_ms'),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
