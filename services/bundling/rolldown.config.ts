import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { asciiOnly } from './src/ascii-only.ts';
import { builtinModules } from './src/builtin-modules.ts';
import { copyNativeModule } from './src/copy-native-module.ts';
import { minify } from './src/minify.ts';
import { ownSourceMaps } from './src/own-source-maps.ts';
import { unpackedPasswords } from './src/unpacked-passwords.ts';
import { withoutIdleParts } from './src/without-idle-parts.ts';
import { withoutLegacyEncodings } from './src/without-legacy-encodings.ts';

const here = join(import.meta.dirname, '..');

/**
 * What a bundle leaves to be found at run time. knex asks for a database's driver only when that database is used;
 * in a container it is MySQL or MariaDB, so SQLite's native module stays outside.
 */
const optional = [
  'better-sqlite3',
  'mariadb/callback',
  'mysql',
  'oracledb',
  'pg',
  'pg-native',
  'pg-query-stream',
  'sqlite3',
  'tedious',
];

/** Files that a service serves as they are, and finds through `require.resolve`: package name, then file names. */
const servedFiles: Record<string, Record<string, string[]>> = {
  gateway: { 'swagger-ui-dist': ['package.json', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] },
  worker: { 'htmx.org': ['package.json', 'dist/htmx.min.js'] },
};

function copyServedFiles(service: string): Plugin {
  return {
    name: 'copy-served-files',
    writeBundle({ dir }) {
      // Without it Node.js would parse main.js as CommonJS first.
      writeFileSync(join(dir ?? '', 'package.json'), '{ "type": "module" }\n');
      const require = createRequire(join(here, service, 'package.json'));
      for (const [name, files] of Object.entries(servedFiles[service] ?? {})) {
        const target = join(dir ?? '', 'node_modules', name);
        for (const file of files) {
          mkdirSync(dirname(join(target, file)), { recursive: true });
          cpSync(require.resolve(`${name}/${file}`), join(target, file));
        }
      }
    },
  };
}

/** One file a service, migrations and all: what the container image has besides Node.js. */
function bundle(service: string): RolldownOptions {
  return {
    input: join(here, service, 'src/main.ts'),
    platform: 'node',
    external: optional,
    // The AWS client's modules, of which what nothing calls is left out; as CommonJS it is there whole.
    resolve: { mainFields: ['module', 'main'] },
    // What libraries do for development only is not part of a bundle.
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    // A package that is not there (a driver that is not listed above) must fail the build, not the container.
    onLog(level, log, handler) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      // Libraries' own oddities; ours would be under the repository's folders.
      if (level === 'warn' && !log.message.includes('node_modules')) handler(level, log);
    },
    output: {
      dir: join(here, service, 'dist'),
      format: 'esm',
      entryFileNames: 'main.js',
      chunkFileNames: '[name].js',
      // What is loaded when it is first used has files of its own. They import from service.js and never from main.js, which has not ended yet
      // when they are loaded: its top level waits for the service.
      codeSplitting: {
        groups: [{ name: 'service', tags: ['$initial'], test: (id: string) => !id.endsWith('/src/main.ts') }],
      },
      minify,
      // A stack names our files and lines (`node --enable-source-maps`, which reads a map with the first stack that is looked at).
      sourcemap: true,
      sourcemapExcludeSources: true,
      comments: { legal: false },
      cleanDir: true,
    },
    plugins: [
      copyServedFiles(service),
      copyNativeModule('@node-rs/argon2', ['hashRaw']),
      withoutIdleParts(),
      withoutLegacyEncodings(),
      unpackedPasswords(),
      builtinModules(),
      asciiOnly(),
      ownSourceMaps(join(here, '..')),
    ],
  };
}

/** `SERVICE=gateway rolldown -c services/bundling/rolldown.config.ts` builds one of them, without SERVICE both. */
export default defineConfig(
  Object.keys(servedFiles)
    .filter((service) => !process.env.SERVICE || process.env.SERVICE === service)
    .map(bundle),
);
