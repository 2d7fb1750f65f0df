import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bareEnvironment, startOf } from '@postern/runtime/testing';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDatabase } from '../src/playground/create-database.ts';
import { repositoryRoot } from '../src/repository.ts';
import { findExecutable } from '../src/testing/executables.ts';
import { type OwnMariadb, startMariadb } from '../src/testing/mariadb.ts';

/** Sources the script as the MySQL image does, with its secrets, and prints what it would run. */
const PRINT = `
cat() { if [ $# -gt 0 ]; then printf 'secret of %s' "\${1##*/}"; else command cat; fi; }
docker_process_sql() { cat; }
source services/mysql/create-databases.sh`;

/** What the compose file has its server run with. */
function optionsInCompose(): string[] {
  const { services } = parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: { mysql: { command?: string[] } };
  };
  return (services.mysql.command ?? []).filter((option) => option.startsWith('--'));
}

const other = { gateway: 'worker', worker: 'gateway' } as const;
const SERVICES = ['gateway', 'worker'] as const;

describe.runIf(findExecutable(['mariadbd'], process.env))(
  'the users that services/mysql/create-databases.sh makes',
  () => {
    let server: OwnMariadb;

    beforeAll(async () => {
      const { TEST_DATABASE_URL: _shared, ...env } = process.env;
      // MySQL has its binary log on where nobody says otherwise, MariaDB off.
      server = (await startMariadb(env, ['--log-bin', ...optionsInCompose()])) as OwnMariadb;
      const script = execFileSync('bash', ['-euc', PRINT], { cwd: repositoryRoot, encoding: 'utf8' });
      const administrator = await createConnection({ uri: server.url, multipleStatements: true });
      await administrator.query(script);
      await administrator.end();
      for (const name of SERVICES)
        expect(await attempt(`${name}_owner`, `CREATE TABLE ${name}.things (id INT)`)).toBe('done');
    });
    afterAll(() => server?.stop());

    /** What comes of a statement that a user runs: `done`, or that it is denied. Another error is one. */
    async function attempt(user: string, statement: string): Promise<string> {
      const { hostname: host, port } = new URL(server.url);
      const connection = await createConnection({
        host,
        port: Number(port),
        user,
        password: `secret of ${user}_password`,
      });
      try {
        await connection.query(statement);
        return 'done';
      } catch (error) {
        if (!(error as Error).message.includes('denied')) throw error;
        return 'denied';
      } finally {
        await connection.end();
      }
    }

    /** The database of a service, as one of the users. */
    function addressOf(service: string, user: string): string {
      const password = `secret of ${user}_password`;
      return Object.assign(new URL(server.url), { pathname: `/${service}`, username: user, password }).href;
    }

    /** Runs a service's `migrate` as a user; the names of the migrations that ran. */
    async function migrate(service: string, user: string): Promise<string[]> {
      const { main, execArgv } = startOf(join(repositoryRoot, 'services', service));
      const env = { ...bareEnvironment(), DATABASE_URL: addressOf(service, user) };
      const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, main, 'migrate', '--json'], { env });
      return (JSON.parse(stdout) as { ran: string[] }).ran;
    }

    it.each(SERVICES)('let the %s ask for its database and run `migrate`, once its owner has', async (name) => {
      expect(await migrate(name, `${name}_owner`)).not.toEqual([]);
      await createDatabase(addressOf(name, name));
      expect(await migrate(name, name)).toEqual([]);
    });

    it.each(SERVICES)('let the %s read and write its rows, and change no table', async (name) => {
      const rows = [
        `INSERT INTO ${name}.things VALUES (1)`,
        `SELECT * FROM ${name}.things`,
        `UPDATE ${name}.things SET id = 2`,
      ];
      for (const statement of [...rows, `DELETE FROM ${name}.things`])
        expect(await attempt(name, statement)).toBe('done');
      const changes = [
        `ALTER TABLE ${name}.things ADD more INT`,
        `DROP TABLE ${name}.things`,
        `CREATE TABLE ${name}.more (id INT)`,
      ];
      const trigger = `CREATE TRIGGER ${name}.sealed BEFORE DELETE ON ${name}.things FOR EACH ROW SET @deleted = 1`;
      for (const statement of [...changes, trigger]) expect(await attempt(name, statement)).toBe('denied');
    });

    it.each(SERVICES)("let the %s and its owner see nothing of the other service's", async (name) => {
      const theirs = `${other[name]}.things`;
      const statements = [
        `SELECT * FROM ${theirs}`,
        `INSERT INTO ${theirs} VALUES (1)`,
        `DELETE FROM ${theirs}`,
        `DROP TABLE ${theirs}`,
      ];
      for (const user of [name, `${name}_owner`])
        for (const statement of statements) expect(await attempt(user, statement)).toBe('denied');
    });

    it('let the owner of the gateway seal its audit log, also where the server has a binary log', async () => {
      const trigger = 'CREATE TRIGGER gateway.sealed BEFORE DELETE ON gateway.things FOR EACH ROW SET @deleted = 1';
      expect(await attempt('gateway_owner', trigger)).toBe('done');
      expect(await attempt('gateway', 'DROP TRIGGER gateway.sealed')).toBe('denied');
    });

    it('belong to a server that keeps some days of its binary log, and not a month', async () => {
      const administrator = await createConnection(server.url);
      const [rows] = await administrator.query('SELECT @@binlog_expire_logs_seconds AS seconds');
      await administrator.end();
      expect(rows).toEqual([{ seconds: 3 * 86_400 }]);
    });

    it.each(SERVICES)('let the owner of the %s do nothing to the server', async (name) => {
      for (const statement of ['CREATE USER eve', 'SET GLOBAL read_only = 0', 'SELECT * FROM mysql.global_priv'])
        expect(await attempt(`${name}_owner`, statement)).toBe('denied');
    });
  },
);
