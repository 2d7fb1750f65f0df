import { dirname, join } from 'node:path';

const MODULE = /\.[cm]?tsx?$/;
const MANIFEST = /^[^/]+\/[^/]+\/package\.json$/;
const RELATIVE = /'(\.{1,2}\/[^'\n]+)'/g;
const NAMED = /(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'([^'.][^']*)'/g;
const REEXPORT = /export\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s*'([^']+)'/g;

/**
 * Which modules of the repository use which, read from their texts. A name that comes from one of its packages leads to the module
 * that declares the name, and not to all that the package exports: else everything would use everything.
 *
 * A path in quotes counts as an import, since modules are also started by their path.
 */
export class ModuleGraph {
  readonly #texts: ReadonlyMap<string, string>;
  /** The module behind each entry of a package, by what is written to import it. */
  readonly #entries: ReadonlyMap<string, string>;
  readonly #users = new Map<string, string[]>();

  /** @param files every file of the repository, as paths from its root */
  constructor(files: readonly string[], read: (file: string) => string) {
    this.#texts = new Map(files.filter((file) => MODULE.test(file)).map((file) => [file, read(file)]));
    this.#entries = new Map(files.filter((file) => MANIFEST.test(file)).flatMap((file) => entriesOf(file, read(file))));
    for (const [file, text] of this.#texts) {
      for (const used of new Set([...relativeImports(file, text), ...this.#fromPackages(text)])) {
        this.#users.set(used, [...(this.#users.get(used) ?? []), file]);
      }
    }
  }

  /** These, whatever imports them, and whatever imports that. */
  reachedFrom(changed: readonly string[]): Set<string> {
    const reached = new Set(changed);
    // A set goes on to what is added to it meanwhile.
    for (const file of reached) for (const user of this.#users.get(file) ?? []) reached.add(user);
    return reached;
  }

  #fromPackages(text: string): string[] {
    const byName = [...text.matchAll(NAMED)].flatMap(([, names = '', specifier = '']) => {
      const entry = this.#entries.get(specifier);
      return entry === undefined ? [] : imported(names).map(({ name }) => this.#declares(entry, name) ?? entry);
    });
    const rest = text.replaceAll(NAMED, '');
    const whole = [...this.#entries].filter(([specifier]) => rest.includes(`'${specifier}'`)).map(([, entry]) => entry);
    return [...byName, ...whole];
  }

  /** The module that declares what a module exports by this name. @param before what was asked on the way: modules may export all of each other */
  #declares(module: string, name: string, before: ReadonlySet<string> = new Set()): string | undefined {
    const question = `${module} ${name}`;
    if (before.has(question)) return undefined;
    const asked = new Set(before).add(question);
    const text = this.#texts.get(module) ?? '';
    const passedOn: string[] = [];
    for (const [, what = '', specifier = ''] of text.matchAll(REEXPORT)) {
      const from = this.#entries.get(specifier) ?? join(dirname(module), specifier);
      if (what === '*') passedOn.push(from);
      const found = imported(what).find(({ as }) => as === name);
      if (found) return this.#declares(from, found.name, asked) ?? from;
    }
    if (new RegExp(`^export (?!\\{|\\*|type \\{).*?\\b${name}\\b`, 'm').test(text)) return module;
    return passedOn.map((from) => this.#declares(from, name, asked)).find((found) => found !== undefined);
  }
}

function entriesOf(manifest: string, text: string): [string, string][] {
  const { name, exports = {} } = JSON.parse(text) as { name: string; exports?: Record<string, string> };
  return Object.entries(exports).map(([entry, path]) => [join(name, entry), join(dirname(manifest), path)]);
}

/** What a module names by a path from its own folder: imports, and what it starts or opens. */
export function relativeImports(file: string, text: string): string[] {
  return [...text.matchAll(RELATIVE)].map(([, path = '']) => join(dirname(file), path));
}

/** The names between the braces of an import or export: what they are called where they come from, and here. */
function imported(names: string): { name: string; as: string }[] {
  return names
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '' && name !== '*')
    .map((name) => {
      const [own = '', as = own] = name.split(' as ');
      return { name: own, as };
    });
}
