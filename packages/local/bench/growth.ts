import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchOptions } from '@postern/runtime/testing';
import { repositoryRoot } from '../src/repository.ts';
import { openMariadb } from '../src/testing/mariadb.ts';
import { type Chart, charts } from './line-charts.ts';

const { pool } = benchOptions(
  `How Postern grows: time by size of the tables, and rate by replicas, drawn into docs/growth.svg. On a MariaDB of its own where
TEST_DATABASE_URL names no server. Takes minutes: a million people and a million mails are made.`,
  { pool: ['1G', 'buffer pool of a MariaDB of its own; with 256M, the indexes of a million mails do not fit'] },
);

const PARTS = ['services/gateway/bench/growth.ts', 'services/worker/bench/growth.ts', 'packages/sqs/bench/growth.ts'];
const PICTURE = join(repositoryRoot, 'docs/growth.svg');

const server = await openMariadb(process.env, [`--innodb-buffer-pool-size=${pool}`]);
if (!server) throw new Error('there is no MariaDB: install mariadb-server, or name a server in TEST_DATABASE_URL');
try {
  const env = { ...process.env, TEST_DATABASE_URL: server.url };
  const drawn: Chart[] = [];
  for (const part of PARTS) {
    const { stdout } = await promisify(execFile)(process.execPath, [join(repositoryRoot, part)], { env });
    process.stdout.write(stdout);
    drawn.push(JSON.parse(stdout));
  }
  writeFileSync(PICTURE, charts(drawn));
} finally {
  await server.stop();
}
