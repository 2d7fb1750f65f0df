import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ConfigError } from './env.ts';
import { errorMessage } from './errors.ts';

/** Where a MySQL server is and how to speak to it, in the form that mysql2 takes. */
export interface MysqlAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Empty for none. */
  database: string;
  socketPath?: string;
  ssl?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean; verifyIdentity: boolean };
}

const MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];
const FILES = { 'ssl-ca': 'ca', 'ssl-cert': 'cert', 'ssl-key': 'key' } as const;
const KNOWN = ['ssl-mode', 'socket', ...Object.keys(FILES)];

/**
 * Reads `mysql://user:password@host:port/name`, with the parameters `ssl-mode` (DISABLED, the default; REQUIRED, which checks no
 * certificate; VERIFY_CA; VERIFY_IDENTITY), `ssl-ca`, `ssl-cert`, `ssl-key` (paths of PEM files) and `socket`, named and
 * valued as in MySQL's own URLs. One that is not known is refused: dropped silently, it would be a connection in the clear.
 *
 * @throws ConfigError with all that is wrong, without the password
 */
export function readMysqlUrl(text: string): MysqlAddress {
  if (!/^(mysql|mariadb):\/\//.test(text) || !URL.canParse(text)) {
    throw new ConfigError([
      'DATABASE_URL: expected mysql://user:password@host:3306/name or sqlite:/absolute/path.sqlite',
    ]);
  }
  const url = new URL(text);
  const problems: string[] = [];
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!KNOWN.includes(name)) problems.push(`"${name}" is not known: expected ${KNOWN.join(', ')}`);
    else if (parameters.has(name)) problems.push(`"${name}" is there twice`);
    else parameters.set(name, value);
  }
  const mode = parameters.get('ssl-mode')?.toUpperCase() ?? 'DISABLED';
  if (!MODES.includes(mode)) problems.push(`"ssl-mode" is one of ${MODES.join(', ')}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (mode === 'VERIFY_IDENTITY' && (host === '' || isIP(host))) {
    // mysql2 checks the name "localhost" then, which is nobody's identity.
    problems.push('"ssl-mode=VERIFY_IDENTITY" needs a host name, not an IP address; VERIFY_CA takes either');
  }
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const [name, key] of Object.entries(FILES)) {
    const path = parameters.get(name);
    if (path === undefined) continue;
    if (mode === 'DISABLED') problems.push(`"${name}" needs an "ssl-mode" other than DISABLED`);
    try {
      files[key] = readFileSync(path, 'utf8');
    } catch (error) {
      problems.push(`"${name}" cannot be read: ${errorMessage(error)}`);
    }
  }
  if ((files.cert === undefined) !== (files.key === undefined)) problems.push('"ssl-cert" and "ssl-key" go together');
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      problems.push('a percent sign in user, password or name is written %25');
      return '';
    }
  }) as [string, string, string];
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `DATABASE_URL: ${problem}`));
  const socketPath = parameters.get('socket');
  return {
    host,
    port: Number(url.port || 3306),
    ...{ user, password, database },
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(mode === 'DISABLED'
      ? {}
      : {
          ssl: { ...files, rejectUnauthorized: mode !== 'REQUIRED', verifyIdentity: mode === 'VERIFY_IDENTITY' },
        }),
  };
}
