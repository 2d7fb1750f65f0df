import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@postern/runtime/testing';
import { type PartName, type Ports, portNames } from '../src/playground/options.ts';
import { Playground } from '../src/playground/playground.ts';
import { repositoryRoot, type ServiceName } from '../src/repository.ts';
import { Terminal } from '../src/terminal.ts';

export interface BenchPlayground {
  playground: Playground;
  /** What its services inherit, and further ones should. */
  env: NodeJS.ProcessEnv;
  /** Stops it and removes its folder and databases. */
  close(): Promise<void>;
}

/** The bundle where it is there and there is a database server, since a bundle holds no SQLite; the source otherwise. */
export function mainOf(service: ServiceName): string {
  const bundle = join(repositoryRoot, 'services', service, 'dist/main.js');
  return process.env.TEST_DATABASE_URL && existsSync(bundle)
    ? bundle
    : join(repositoryRoot, 'services', service, 'src/main.ts');
}

/**
 * Starts parts that are in nobody's way: on free ports, in a folder of their own, on a database of their own on the server of
 * TEST_DATABASE_URL or on SQLite, and on TEST_SQS_ENDPOINT or fauxqs.
 */
export async function startBenchPlayground(
  name: string,
  parts: readonly PartName[],
  smtpUrl?: string,
): Promise<BenchPlayground> {
  const home = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const database = process.env.TEST_DATABASE_URL ? await testDatabase(name) : undefined;
  const { TEST_SQS_ENDPOINT } = process.env;
  const options = {
    ...{ home, inboxHost: '127.0.0.1', sqsHost: '127.0.0.1', parts: new Set(parts) },
    ports: Object.fromEntries(portNames.map((port) => [port, 0])) as Ports,
    ...{ fresh: true, verbose: false, watch: false, inspect: false, logFormat: 'pretty' as const },
    ...(smtpUrl && { smtpUrl }),
    ...(database && { databaseUrl: database.url }),
    ...(TEST_SQS_ENDPOINT && { sqsEndpoint: TEST_SQS_ENDPOINT }),
  };
  const env = {
    ...process.env,
    ...{ QUEUE_PREFIX: `bench-${randomBytes(4).toString('hex')}-`, MAILS_PER_HOUR: '100000' },
    // As in an image; the start before it, which migrates, fills it.
    NODE_COMPILE_CACHE: join(home, 'compile-cache'),
  };
  const mains = { gateway: mainOf('gateway'), worker: mainOf('worker') };
  const playground = new Playground(options, { terminal: new Terminal(process.stderr), env, mains });
  const close = async () => {
    await playground.stop();
    // The playground's, beside the gateway's.
    if (database)
      await database.database.sql.raw('DROP DATABASE IF EXISTS ??', [
        `${new URL(database.url).pathname.slice(1)}_worker`,
      ]);
    await database?.close();
    rmSync(home, { recursive: true });
  };
  try {
    await playground.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { playground, env, close };
}
