import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const here = import.meta.dirname;

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
  worker: {},
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
        mkdirSync(target, { recursive: true });
        for (const file of files) cpSync(require.resolve(`${name}/${file}`), join(target, file));
      }
    },
  };
}

/**
 * A package of napi-rs is a loader, which looks for the build of this platform among all, and the builds, each a package of its own.
 * Here the one that is installed is copied beside main.js and required as it is: a bundle is for the platform it is built
 * on, and one that lacks it does not start. There is no slower stand-in.
 */
function copyNativeModule(name: string, exports: readonly string[]): Plugin {
  let file = '';
  return {
    name: 'copy-native-module',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      file = nativeBuild(name);
      return [
        "import { createRequire } from 'node:module';",
        `export const { ${exports.join(', ')} } = createRequire(import.meta.url)('./${basename(file)}');`,
      ].join('\n');
    },
    writeBundle({ dir }) {
      if (file !== '') cpSync(file, join(dir ?? '', basename(file)));
    },
  };
}

function nativeBuild(name: string): string {
  const require = createRequire(createRequire(join(here, 'gateway/package.json')).resolve(name));
  const { optionalDependencies } = require(`${name}/package.json`) as { optionalDependencies: Record<string, string> };
  const builds = Object.keys(optionalDependencies).flatMap((build) => {
    try {
      return [require.resolve(build)];
    } catch {
      return [];
    }
  });
  const [only] = builds;
  if (!only || builds.length > 1) {
    throw new Error(`expected one build of ${name} to be installed, that of this platform; found ${builds.length}`);
  }
  return only;
}

/** One file a service, migrations and all: what the container image has besides Node.js. */
function bundle(service: string): RolldownOptions {
  return {
    input: join(here, service, 'src/main.ts'),
    platform: 'node',
    external: optional,
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
      codeSplitting: false,
      // Names of classes stay: they are the names of errors in logs.
      minify: {
        compress: { keepNames: { function: false, class: true } },
        mangle: { keepNames: { function: false, class: true } },
      },
      sourcemap: false,
      comments: { legal: false },
      cleanDir: true,
    },
    plugins: [copyServedFiles(service), copyNativeModule('@node-rs/argon2', ['hashRaw'])],
  };
}

/** `SERVICE=gateway rolldown -c services/rolldown.config.ts` builds one of them, without SERVICE both. */
export default defineConfig(
  Object.keys(servedFiles)
    .filter((service) => !process.env.SERVICE || process.env.SERVICE === service)
    .map(bundle),
);
