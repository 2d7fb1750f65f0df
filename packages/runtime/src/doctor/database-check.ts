import { isIP } from 'node:net';
import { ConfigError } from '../configuration/env.ts';
import { connectionRefusal } from '../database/connection-refusal.ts';
import { readMysqlUrl } from '../database/database-url.ts';
import { type Migration, migrationStates, requireOwn } from '../database/migrations.ts';
import { type Database, openDatabase } from '../database/open-database.ts';
import type { Logger } from '../logging/logger.ts';
import { errorMessage } from '../text/errors.ts';
import { type Check, type Finding, failure, ok, warning } from './finding.ts';

const OLDEST = { MariaDB: [10, 6], MySQL: [8, 0] } as const;
/** NTP keeps within a fraction of a second. Past the second figure codes of apps and links are judged wrongly. */
const SKEW_MS = { warning: 2_000, failure: 30_000 };
/** What a service's user may do beyond rows: with any of these it can lift what seals the audit log. */
const TOO_MUCH = /\b(ALL PRIVILEGES|DROP|ALTER|TRIGGER|SUPER)\b/;
const ACCESS_DENIED = new Set([1142, 1143, 1044, 1227]);

/** Statements that change nothing and need each privilege that a service uses. */
const PROBES = {
  SELECT: 'SELECT name FROM migrations LIMIT 1',
  INSERT: 'INSERT INTO migrations (name, ran_at) SELECT name, ran_at FROM migrations WHERE 1 = 0',
  UPDATE: "UPDATE migrations SET ran_at = ran_at WHERE name = ''",
  DELETE: "DELETE FROM migrations WHERE name = ''",
} as const;

/** The service's database: reached, encrypted, new enough, with our characters, grants, clock and schema. */
export function databaseCheck(url: string, migrations: readonly Migration[], logger: Logger): Check {
  return {
    subject: 'database',
    run: async () => {
      const database = openDatabase(url, { logger, poolSize: 1 });
      try {
        await database.ping();
      } catch (error) {
        await database.close();
        const reason = connectionRefusal(error)?.message.replace(/^[^\n]*\n\s*-\s*/, '') ?? errorMessage(error);
        const todo =
          'check that the server runs and is reachable from here, and that DATABASE_URL names it, its user and its password';
        return [failure('database', reason, todo)];
      }
      try {
        const foreign = await requireOwn(database, migrations).catch((error: unknown) => error);
        if (foreign instanceof ConfigError) {
          return [failure('database', foreign.problems.join('; '), 'check which database DATABASE_URL names')];
        }
        const findings = [ok('database', `answers (${database.dialect})`), ...(await clock(database))];
        if (database.dialect === 'mysql') findings.push(...(await mysql(database, url)));
        return [...findings, ...(await schema(database, migrations))];
      } finally {
        await database.close();
      }
    },
  };
}

async function mysql(database: Database, url: string): Promise<Finding[]> {
  const rows = async (statement: string) => ((await database.sql.raw(statement)) as [Record<string, string>[]])[0];
  return [
    version(String((await rows('SELECT VERSION() AS version'))[0]?.version)),
    encryption(url, (await rows("SHOW STATUS LIKE 'Ssl_cipher'"))[0]?.Value ?? ''),
    mode((await rows('SELECT @@SESSION.sql_mode AS mode'))[0]?.mode ?? ''),
    ...(await characters(rows)),
    ...(await grants(database, rows)),
  ];
}

type Rows = (statement: string) => Promise<Record<string, string>[]>;

function version(text: string): Finding {
  const name = /mariadb/i.test(text) ? 'MariaDB' : 'MySQL';
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
  const [least, leastMinor] = OLDEST[name];
  if (major > least || (major === least && minor >= leastMinor)) return ok('database version', `${name} ${text}`);
  return failure('database version', `${name} ${text}`, `${name} ${least}.${leastMinor} or newer is needed`);
}

function encryption(url: string, cipher: string): Finding {
  const { host, socketPath, ssl } = readMysqlUrl(url);
  const here =
    socketPath !== undefined || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  const todo = 'add ?ssl-mode=VERIFY_IDENTITY (and ssl-ca for an authority of your own) to DATABASE_URL';
  if (cipher === '') {
    if (here) return ok('database TLS', 'not encrypted, on this machine');
    return warning(
      'database TLS',
      `not encrypted to ${host}: passwords and personal data can be read on the way`,
      todo,
    );
  }
  if (ssl?.rejectUnauthorized) return ok('database TLS', cipher);
  return warning(
    'database TLS',
    `${cipher}, and the certificate is not checked: anybody between can be the server`,
    todo,
  );
}

/** Every session sets its own, whatever the server has; what stands between may keep it to itself. */
function mode(text: string): Finding {
  const subject = 'database sql_mode';
  if (/\bSTRICT_ALL_TABLES\b/.test(text)) return ok(subject, 'strict, set by each session');
  const what = `it is "${text}" although the session has set it: values that do not fit are cut, and written`;
  return failure(
    subject,
    what,
    'have the proxy or pool before the database keep what a connection sets, or do without it',
  );
}

/** Of the tables that are there: migrations make theirs with our characters, whatever the database's default is. */
async function characters(rows: Rows): Promise<Finding[]> {
  const tables = await rows(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()
    AND table_type = 'BASE TABLE' AND (engine <> 'InnoDB' OR table_collation NOT LIKE 'utf8mb4%')`);
  const wrong = tables.map(({ name }) => name).join(', ');
  const subject = 'database characters';
  if (wrong !== '') {
    const todo = 'ALTER TABLE … ENGINE=InnoDB, CONVERT TO CHARACTER SET utf8mb4, as the owner';
    return [failure(subject, `not InnoDB, or not utf8mb4: ${wrong}`, todo)];
  }
  return [ok(subject, 'utf8mb4, InnoDB')];
}

async function grants(database: Database, rows: Rows): Promise<Finding[]> {
  const subject = 'database grants';
  const lacking: string[] = [];
  for (const [privilege, statement] of Object.entries(PROBES)) {
    try {
      await database.sql.raw(statement);
    } catch (error) {
      const { errno } = error as { errno?: number };
      // No table yet: what the user may do shows once there is one.
      if (errno === 1146) return [];
      if (ACCESS_DENIED.has(Number(errno))) lacking.push(privilege);
      else if (/read.only/i.test(errorMessage(error))) {
        return [failure(subject, 'the server is read-only', 'point DATABASE_URL to the primary, or end its read_only')];
      } else throw error;
    }
  }
  if (lacking.length > 0) {
    return [
      failure(subject, `the user may not ${lacking.join(', ')}`, `GRANT ${lacking.join(', ')} ON this database to it`),
    ];
  }
  const [name] = (await rows('SELECT DATABASE() AS name')).map((row) => row.name);
  const here = (await rows('SHOW GRANTS'))
    .map((row) => (Object.values(row)[0] ?? '').replaceAll('\\', ''))
    .filter((grant) => grant.includes(' ON *.* ') || grant.includes(` ON \`${name}\``));
  if (!here.some((grant) => TOO_MUCH.test(grant))) return [ok(subject, 'rows alone')];
  const what = 'the user may change tables, and so lift what seals the audit log';
  return [
    warning(subject, what, 'run the service as a user with SELECT, INSERT, UPDATE, DELETE; `migrate` has another'),
  ];
}

async function clock(database: Database): Promise<Finding[]> {
  await database.readClock();
  const ms = Math.round(database.clock.hostAheadMs);
  const what = `this host is ${Math.abs(ms)} ms ${ms < 0 ? 'behind' : 'ahead of'} the database`;
  const todo = 'fix NTP on both machines';
  if (Math.abs(ms) >= SKEW_MS.failure) return [failure('database clock', what, todo)];
  return [Math.abs(ms) >= SKEW_MS.warning ? warning('database clock', what, todo) : ok('database clock', what)];
}

async function schema(database: Database, migrations: readonly Migration[]): Promise<Finding[]> {
  const states = await migrationStates(database, migrations);
  const pending = states.filter(({ ranAt }) => ranAt === null).map(({ name }) => name);
  const unknown = states.filter((state) => state.unknown).map(({ name }) => name);
  if (pending.length > 0) {
    return [failure('migrations', `${pending.length} pending, first ${pending[0]}`, 'run `migrate`')];
  }
  if (unknown.length > 0) {
    const todo = 'nothing while an upgrade is in progress; otherwise deploy the release that made them';
    return [warning('migrations', `a newer release made ${unknown.join(', ')}`, todo)];
  }
  return [ok('migrations', `all ${states.length} ran`)];
}
