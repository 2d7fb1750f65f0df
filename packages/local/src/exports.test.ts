import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => existsSync(join(root, file)));

function names(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.replace(/^\s*type /, '').trim())
    .filter((name) => name !== '');
}

/** A message is used through the lists `events` and `jobs`: a product's may wait for its first publisher. */
const CATALOG = './catalog/index.ts';

/** What an entry point exports, as others see it; `export *` is looked through. */
function exportsOf(file: string): string[] {
  const text = read(file);
  return [
    ...[...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) =>
      names(list as string).map((name) => name.split(' as ').at(-1) as string),
    ),
    ...[...text.matchAll(/export \* from '([^']+)'/g)]
      .filter(([, path]) => path !== CATALOG)
      .flatMap(([, path]) => exportsOf(join(dirname(file), path as string))),
    ...[...text.matchAll(/export (?:abstract |async )?(?:class|function|const|interface|type) (\w+)/g)].map(
      ([, name]) => name as string,
    ),
  ];
}

/** Every name that is imported or handed on from a package of ours, by package: what `sqs/ports` has `sqs` has too. */
function importedNames(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of tracked.filter((name) => /\.(ts|mjs)$/.test(name))) {
    for (const [, list, name] of read(file).matchAll(
      /(?:import|export) (?:type )?\{([^}]*)\} from '(@postern\/[^'/]+)/g,
    )) {
      const known = found.get(name as string) ?? new Set();
      for (const each of names(list as string)) known.add(each.split(' as ')[0] as string);
      found.set(name as string, known);
    }
  }
  return found;
}

const packages = tracked
  .filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
  .map((file) => ({ folder: dirname(file), ...(JSON.parse(read(file)) as { name: string; exports: object }) }));
const imported = importedNames();

describe('what a package exports', () => {
  const entries = packages.flatMap(({ folder, name, exports }) =>
    Object.values(exports).map((path: string) => ({ name, file: join(folder, path) })),
  );

  it.each(entries)('is imported by somebody: $file', ({ name, file }) => {
    const exported = exportsOf(file);
    expect(exported).not.toEqual([]);
    expect(exported.filter((each) => !imported.get(name)?.has(each))).toEqual([]);
  });
});

const DECLARED = /^export (?:abstract |async )?(?:class|function\*?|const) (\w+)\b(?!\$)/gm;

describe('what a source file exports', () => {
  /** By file, the names that other files take from it; `*` for all of them. */
  const taken = new Map<string, Set<string>>();
  const take = (from: string, path: string, wanted: readonly string[]) => {
    const file = join(dirname(from), path);
    taken.set(file, new Set([...(taken.get(file) ?? []), ...wanted]));
  };
  for (const file of tracked.filter((name) => /\.(ts|mjs)$/.test(name))) {
    const text = read(file);
    for (const [, list, path] of text.matchAll(/(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g)) {
      const wanted = names(list as string).map((name) => name.split(' as ')[0] as string);
      take(file, path as string, wanted);
    }
    for (const [, whole, later] of text.matchAll(/\*(?:\s+as\s+\w+)?\s+from\s*'(\.[^']+)'|import\(\s*'(\.[^']+)'/g)) {
      take(file, (whole ?? later) as string, ['*']);
    }
  }
  /** What the documents' examples take or show, which are compiled by a test of their own. */
  const shown = tracked
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => [
      ...read(name).matchAll(
        /^import (?:type )?\{([^}]*)\} from '\.|^export (?:async )?(?:class|const|function) (\w+)/gm,
      ),
    ])
    .flatMap(([, list, own]) => (own === undefined ? names(list as string) : [own]));
  const entries = packages.flatMap(({ folder, exports }) =>
    Object.values(exports).map((path: string) => join(folder, path)),
  );

  it('is taken by another file: each class, function and constant', () => {
    const sources = tracked.filter(
      (file) =>
        /^(packages|services)\/.*\/(src|migrations)\/.*\.ts$/.test(file) &&
        !/\.test\.ts$|\/(testing|generated)\//.test(file) &&
        !entries.includes(file),
    );
    const nobodys = sources.flatMap((file) => {
      const wanted = taken.get(file);
      if (wanted?.has('*')) return [];
      // The template of a generator has a placeholder in its name, and is not meant.
      const own = read(file).matchAll(DECLARED);
      return [...own].flatMap(([, name]) =>
        wanted?.has(name as string) || shown.includes(name as string) ? [] : `${file}: ${name}`,
      );
    });
    expect(nobodys).toEqual([]);
  });
});
