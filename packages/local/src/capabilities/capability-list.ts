import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../fault.ts';
import { addSortedLine } from '../postern/add-sorted-line.ts';
import { repositoryRoot } from '../repository.ts';

const SOURCES = 'services/gateway/src';
const LIST = `${SOURCES}/capabilities.ts`;

export interface Capability {
  /** Of its module: `two-factor`. */
  name: string;
  /** Whether the list has its line. */
  there: boolean;
}

/** The capabilities that the gateway may be without: those in the list, and those of which only the sources are there. */
export class CapabilityList {
  readonly #root: string;

  constructor(root = repositoryRoot) {
    this.#root = root;
  }

  all(): Capability[] {
    return this.#found().map(({ name, there }) => ({ name, there }));
  }

  #found(): (Capability & { file: string })[] {
    const [list, foundation] = [this.#read(LIST), this.#read(`${SOURCES}/foundation.ts`)];
    return globSync('**/*.module.ts', { cwd: join(this.#root, SOURCES) })
      .filter((file) => !foundation.includes(`'./${file}'`))
      .map((file) => ({
        ...{ file, name: basename(file, '.module.ts') },
        there: list.split('\n').some((line) => isOf(file, line)),
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Takes the line of one out, or puts it back.
   *
   * @returns what undoes it
   * @throws Fault when there is no such capability, or nothing to do
   */
  change(name: string, there: boolean): () => void {
    const known = this.#found();
    const capability = known.find((each) => each.name === name);
    if (!capability) {
      const names = known.map((each) => each.name).join(', ');
      throw new Fault(`"${name}" is none of the capabilities that can be taken out: ${names}.`);
    }
    if (capability.there === there) throw new Fault(`${LIST} has ${there ? 'the' : 'no'} line of ${name} already.`);
    const before = this.#read(LIST);
    this.#write(there ? this.#with(before, capability.file) : without(before, capability.file));
    return () => this.#write(before);
  }

  #with(list: string, file: string): string {
    const [, module] = /^export const (\w+Module)\b/m.exec(this.#read(`${SOURCES}/${file}`)) ?? [];
    return addSortedLine(list.replace('export {};\n', ''), `export { ${module} } from './${file}';`, /^export /);
  }

  #read(file: string): string {
    return readFileSync(join(this.#root, file), 'utf8');
  }

  #write(text: string): void {
    writeFileSync(join(this.#root, LIST), text);
  }
}

/** However somebody has written it: what is commented out is not there. */
function isOf(file: string, line: string): boolean {
  return line.startsWith('export ') && line.includes(`'./${file}'`);
}

function without(list: string, file: string): string {
  const kept = list.split('\n').filter((line) => !isOf(file, line));
  // A file without an export would be no module.
  return (kept.some((line) => line.startsWith('export')) ? kept : [...kept.slice(0, -1), 'export {};', '']).join('\n');
}
