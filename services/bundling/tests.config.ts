import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type RolldownOptions } from 'rolldown';
import { minify } from './src/minify.ts';
import { ownSourceMaps } from './src/own-source-maps.ts';

const here = join(import.meta.dirname, '..');
const runtime = createRequire(join(here, '../packages/runtime/package.json'));
/** What knex asks for when such a database is used. */
const drivers = ['mariadb/callback', 'mysql', 'oracledb', 'pg', 'pg-native', 'pg-query-stream', 'sqlite3', 'tedious'];

/** A service as one file for tests that start it as a process. Unlike an image's it is made in a second, has SQLite, and lacks nothing that the sources have. */
function bundle(service: string): RolldownOptions {
  return {
    input: join(here, service, 'src/main.ts'),
    platform: 'node',
    // What has native code is found from the bundle's folder, or from its package's.
    external: ['@node-rs/argon2', ...drivers],
    plugins: [
      {
        name: 'sqlite-of-the-runtime',
        resolveId: (id) => (id === 'better-sqlite3' ? { id: runtime.resolve(id), external: 'absolute' } : undefined),
      },
      ownSourceMaps(),
    ],
    resolve: { mainFields: ['module', 'main'] },
    onLog(level, log, handler) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      // Libraries' own oddities; ours would be under the repository's folders.
      if (level === 'warn' && !log.message.includes('node_modules')) handler(level, log);
    },
    output: {
      dir: join(here, service, process.env.BUNDLE_FOLDER ?? 'node_modules/.cache'),
      // By this ending Node.js need not look whether it is a module.
      entryFileNames: 'main.mjs',
      format: 'esm',
      codeSplitting: false,
      // Half of it is read in less time than all of it.
      minify,
      sourcemap: true,
      sourcemapExcludeSources: true,
    },
  };
}

export default defineConfig(['gateway', 'worker'].map(bundle));
