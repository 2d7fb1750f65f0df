import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { ConfigError } from '../configuration/env.ts';
import { errorMessage } from '../text/errors.ts';

/** Where a MySQL server is and how to speak to it, in the form that mysql2 takes. */
export interface MysqlAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  socketPath?: string;
  ssl?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean; verifyIdentity: boolean };
}

const EXPECTED = 'expected mysql://user:password@host:3306/name or sqlite:/absolute/path.sqlite';
const MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];
const FILES = { 'ssl-ca': 'ca', 'ssl-cert': 'cert', 'ssl-key': 'key' } as const;
const KNOWN = ['ssl-mode', 'socket', ...Object.keys(FILES)];

/** An environment variable with the URL of a database, checked as far as that goes without connecting. */
export const databaseUrl = z
  .string()
  .superRefine((text, context) => {
    for (const problem of text.startsWith('sqlite:') ? sqliteProblems(text) : readMysql(text).problems) {
      context.addIssue(problem);
    }
  })
  .describe('mysql://user:password@host:3306/name or sqlite:/absolute/path.sqlite');

/**
 * Reads `sqlite:/absolute/path.sqlite`; `sqlite::memory:` is a database of this process alone.
 *
 * @throws ConfigError with what is wrong
 */
export function readSqliteUrl(text: string): string {
  throwAny(sqliteProblems(text));
  return text.slice('sqlite:'.length);
}

function sqliteProblems(text: string): string[] {
  const path = text.slice('sqlite:'.length);
  if (path === ':memory:') return [];
  // SQLite makes a database that is gone with the process of an empty path, and takes a "?" for a part of the name.
  if (!path.startsWith('/')) return ['the path of an SQLite file is absolute: sqlite:/absolute/path.sqlite'];
  return /[?#]/.test(path) ? ['an SQLite file has no parameters: leave out what begins with "?" or "#"'] : [];
}

/**
 * Reads `mysql://user:password@host:port/name`, with the parameters `ssl-mode` (DISABLED, the default; REQUIRED, which encrypts
 * and checks no certificate; VERIFY_CA; VERIFY_IDENTITY), `ssl-ca`, `ssl-cert`, `ssl-key` (paths of PEM files) and `socket`,
 * named and valued as in MySQL's own URLs. Whatever would be dropped silently is refused: a parameter that is not known, a
 * certificate that checks nothing, a fragment.
 *
 * @throws ConfigError with all that is wrong, without the password
 */
export function readMysqlUrl(text: string): MysqlAddress {
  const { address, problems } = readMysql(text);
  throwAny(problems);
  return address as MysqlAddress;
}

function throwAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `DATABASE_URL: ${problem}`));
}

function readMysql(text: string): { address?: MysqlAddress; problems: string[] } {
  if (!/^(mysql|mariadb):\/\//.test(text) || !URL.canParse(text)) {
    return { problems: [`${EXPECTED}; in user and password, write "#" as %23, "/" as %2F, "?" as %3F, "@" as %40`] };
  }
  const url = new URL(text);
  const problems: string[] = [];
  const parameters = readParameters(url, problems);
  const socketPath = parameters.get('socket');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') problems.push('there is no host');
  if (url.port === '0') problems.push('port 0 is none: leave it out for 3306');
  if (url.hash !== '') problems.push('a URL of a database has no "#": in user, password or name write %23');
  const ssl = readTls(parameters, host, problems);
  const name = url.pathname.slice(1);
  if (name === '') problems.push('there is no database name: mysql://user:password@host:3306/name');
  if (name.includes('/')) problems.push('the database name is one part: leave out what follows the "/", or write %2F');
  if (url.username === '') problems.push('there is no user: mysql://user:password@host:3306/name');
  const [user, password, database] = [url.username, url.password, name].map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      problems.push('a percent sign in user, password or name is written %25');
      return '';
    }
  }) as [string, string, string];
  const address = {
    ...{ host, port: Number(url.port || 3306), user, password, database },
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(ssl === undefined ? {} : { ssl }),
  };
  return { address, problems };
}

function readParameters(url: URL, problems: string[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!KNOWN.includes(name)) problems.push(`"${name}" is not known: expected ${KNOWN.join(', ')}`);
    else if (parameters.has(name)) problems.push(`"${name}" is there twice`);
    else if (value === '') problems.push(`"${name}" is empty`);
    else parameters.set(name, value);
  }
  return parameters;
}

function readTls(parameters: Map<string, string>, host: string, problems: string[]): MysqlAddress['ssl'] {
  const mode = parameters.get('ssl-mode')?.toUpperCase() ?? 'DISABLED';
  if (!MODES.includes(mode)) problems.push(`"ssl-mode" is one of ${MODES.join(', ')}`);
  if (mode === 'VERIFY_IDENTITY' && (host === '' || isIP(host))) {
    // mysql2 checks the name "localhost" then, which is nobody's identity.
    problems.push('"ssl-mode=VERIFY_IDENTITY" needs a host name, not an IP address; VERIFY_CA takes either');
  }
  if (mode === 'REQUIRED' && parameters.has('ssl-ca')) {
    // MySQL's clients ignore it, or once took it for VERIFY_CA: whoever writes it wants something checked.
    problems.push(
      '"ssl-ca" checks nothing with "ssl-mode=REQUIRED": write VERIFY_CA, or VERIFY_IDENTITY to check the name as well',
    );
  }
  if (mode === 'VERIFY_CA' && !parameters.has('ssl-ca')) {
    problems.push('"ssl-mode=VERIFY_CA" needs "ssl-ca": any host can have a certificate of a public authority');
  }
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const [name, key] of Object.entries(FILES)) {
    const path = parameters.get(name);
    if (path === undefined) continue;
    if (mode === 'DISABLED') problems.push(`"${name}" needs an "ssl-mode" other than DISABLED`);
    try {
      files[key] = readFileSync(path, 'utf8');
      if (!files[key].includes('-----BEGIN ')) problems.push(`"${name}" is not a PEM file`);
    } catch (error) {
      problems.push(`"${name}" cannot be read: ${errorMessage(error)}`);
    }
  }
  if ((files.cert === undefined) !== (files.key === undefined)) problems.push('"ssl-cert" and "ssl-key" go together');
  if (mode === 'DISABLED') return undefined;
  return { ...files, rejectUnauthorized: mode !== 'REQUIRED', verifyIdentity: mode === 'VERIFY_IDENTITY' };
}
