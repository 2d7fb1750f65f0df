import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { Plugin } from 'rolldown';

/**
 * A package of napi-rs is a loader, which looks for the build of this platform among all, and the builds, each a package of its own.
 * Here the one that is installed is copied beside main.js and required as it is: a bundle is for the platform it is built
 * on, and one that lacks it does not start. There is no slower stand-in.
 */
export function copyNativeModule(name: string, exports: readonly string[]): Plugin {
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
  const require = createRequire(createRequire(join(import.meta.dirname, '../../gateway/package.json')).resolve(name));
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
