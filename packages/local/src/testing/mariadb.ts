import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ownPort } from '@postern/runtime/light';
import { createConnection } from 'mysql2/promise';
import { Fault, reasonOf } from '../fault.ts';
import { type Backend, Background } from './background.ts';
import { findExecutable, isExecutable } from './executables.ts';

const run = promisify(execFile);

/**
 * A MariaDB or MySQL server of the test run's own: its own data folder, a free port, nobody's configuration. Or the one
 * that TEST_DATABASE_URL names. `undefined` when there is neither.
 *
 * @param options further ones of a server of its own
 */
export async function openMariadb(
  env: NodeJS.ProcessEnv,
  options: readonly string[] = [],
): Promise<Backend | undefined> {
  const given = env.TEST_DATABASE_URL;
  if (given) return { url: given, what: 'the database of TEST_DATABASE_URL', stop: async () => undefined };
  return startMariadb(env, options);
}

/** A server of one's own, which may be frozen, changed and killed. */
export interface OwnMariadb extends Backend {
  /** Whether its process is there. */
  isRunning(): boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, as a host that dies has it. Resolves when it has ended. */
  kill(): Promise<void>;
  /** SIGTERM, as for maintenance. Resolves when it has ended. */
  shutDown(): Promise<void>;
  /** Starts it again, at the same address with the same data, after it has ended. Resolves when it answers. */
  restart(): Promise<void>;
}

/**
 * Starts one. `undefined` when no server program is found.
 *
 * @param options further ones of the server
 * @param parent of the folder with all its files
 */
export async function startMariadb(
  env: NodeJS.ProcessEnv,
  options: readonly string[] = [],
  parent = tmpdir(),
): Promise<OwnMariadb | undefined> {
  const server = findExecutable(['mariadbd', 'mysqld'], env);
  if (!server) return undefined;
  const version = (await run(server, ['--no-defaults', '--version'])).stdout;
  const folder = mkdtempSync(join(parent, 'postern-mariadb-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  try {
    await initialise(server, version.includes('MariaDB'), folder, env);
    // Port 0 on the server's side would have to be read out of its log.
    const port = await ownPort();
    const args = [
      '--no-defaults',
      ...asUser(),
      `--datadir=${folder}/data`,
      // A server that starts removes temporary tables of any other from the folder that they share.
      `--tmpdir=${folder}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      // A socket's path has room for about 100 characters.
      `--socket=${folder}/s`,
      `--pid-file=${folder}/pid`,
      '--skip-name-resolve',
      '--max-connections=500',
      '--innodb-buffer-pool-size=256M',
      // The data is thrown away: no test asks what a power cut leaves.
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-doublewrite=0',
      ...(version.includes('MariaDB') ? ['--debug-no-sync=1'] : []),
      ...options,
    ];
    const url = `mysql://root@127.0.0.1:${port}`;
    const launch = async () => {
      const background = new Background('The test database', server, args);
      await background.waitUntil(async () => {
        const connection = await createConnection(url);
        await connection.end();
        return true;
      });
      return background;
    };
    let background = await launch();
    const isRunning = () => background.isRunning;
    const signal = (name: NodeJS.Signals) => background.signal(name);
    const kill = async () => {
      signal('SIGKILL');
      await background.stop();
    };
    const shutDown = () => background.stop();
    const restart = async () => {
      background = await launch();
    };
    const stop = async () => {
      signal('SIGCONT');
      await background.stop();
      remove();
    };
    return { url, what: shortVersion(version), isRunning, signal, kill, shutDown, restart, stop };
  } catch (error) {
    remove();
    throw error instanceof Fault ? error : new Fault(`The test database could not be started: ${reasonOf(error)}`);
  }
}

async function initialise(server: string, isMariadb: boolean, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const data = `${folder}/data`;
  if (!isMariadb) {
    await run(server, ['--no-defaults', ...asUser(), '--initialize-insecure', `--datadir=${data}`]);
    return;
  }
  const beside = join(dirname(server), '..', 'bin', 'mariadb-install-db');
  const install = isExecutable(beside) ? beside : findExecutable(['mariadb-install-db', 'mysql_install_db'], env);
  if (!install) throw new Fault(`${server} was found, but mariadb-install-db, which creates its data folder, was not.`);
  const args = [
    '--no-defaults',
    ...asUser(),
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    // It refuses where the host's own name does not resolve, as in bare containers; nobody connects by it here.
    '--force',
  ];
  await run(install, args, { env: { ...process.env, TMPDIR: folder } });
}

/** The server refuses to run as root unless it is configured to. */
function asUser(): string[] {
  const { uid, username } = userInfo();
  return uid === 0 ? [`--user=${username}`] : [];
}

function shortVersion(text: string): string {
  const number = /Ver ([\d.]+)/.exec(text)?.[1] ?? '';
  return `${text.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${number}`;
}
