import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProductCopy } from './product-copy.ts';

interface Block {
  language: string;
  text: string;
}

/** What somebody who follows a part of a document types: commands, and lines that its generators have not written. */
interface Effort {
  commands: number;
  lines: number;
}

type Project = 'unit' | 'parts';

const COMMAND = 'npx -y pnpm@12 ';

/**
 * Follows documents in a new product, block by block. The tests that they say to run are noted, to be run together in the end: each run of its own
 * would load the product anew.
 */
export class FollowedDocuments {
  readonly #copy: ProductCopy;
  readonly #main: string;
  readonly #tests: Record<Project, Set<string>> = { unit: new Set(), parts: new Set() };
  readonly #snapshots = new Set<string>();

  constructor(copy: ProductCopy, main: string) {
    this.#copy = copy;
    this.#main = main;
  }

  /** Follows each part of a document, up to its next heading. */
  async follow(document: string): Promise<Map<string, Effort>> {
    const efforts = new Map<string, Effort>();
    for (const part of readFileSync(join(this.#copy.root, document), 'utf8').split(/^## /m)) {
      efforts.set(part.split('\n', 1)[0] as string, await this.#followPart(document, part));
    }
    return efforts;
  }

  /** Those that the documents say to run, without what is only to write snapshots. */
  tests(project: Project): string[] {
    return [...this.#tests[project]];
  }

  /** Writes the snapshots that the documents say to write. */
  async updateSnapshots(): Promise<void> {
    await this.#copy.passes('vitest', 'run', '--project', 'unit', ...this.#snapshots, '-u');
  }

  /** The blocks in their order: commands are run, and TypeScript is written to the file that its first line names. */
  async #followPart(document: string, part: string): Promise<Effort> {
    const effort = { commands: 0, lines: 0 };
    for (const { language, text } of blocksOf(part)) {
      const commands = language === 'sh' ? text.trim().split('\n') : [];
      for (const line of commands) await this.#runLine(line);
      effort.commands += commands.length;
      if (language === 'ts') {
        const [first = '', ...rest] = text.split('\n');
        const file = /^\/\/ (\S+\.ts)$/.exec(first)?.[1];
        if (!file)
          throw new Error(`${document}: a block of TypeScript begins with the path of its file, not with "${first}"`);
        effort.lines += typedLines(join(this.#copy.root, file), rest);
        this.#copy.write(file, rest.join('\n'));
      }
    }
    return effort;
  }

  async #runLine(line: string): Promise<void> {
    if (!line.startsWith(COMMAND)) throw new Error(`cannot run "${line}"`);
    const words = line.slice(COMMAND.length).match(/"[^"]*"|\S+/g) ?? [];
    const [script = '', ...args] = words.map((word) => word.replace(/^"(.*)"$/, '$1'));
    if (script === 'exec') this.#note(line, args);
    // The whole system: test/playground.test.ts starts it, and the end of these tests checks that what was written starts, too.
    else if (script !== 'dev') await this.#copy.passes('node', this.#main, script, ...args);
  }

  #note(line: string, [tool, run, option, project, ...rest]: string[]): void {
    const known = tool === 'vitest' && run === 'run' && option === '--project';
    if (!known || (project !== 'unit' && project !== 'parts')) throw new Error(`cannot run "${line}"`);
    const paths = rest.filter((word) => word !== '-u');
    const noted = paths.length < rest.length ? this.#snapshots : this.#tests[project];
    for (const path of paths) {
      // Among others it would not be missed.
      if (globSync(join(this.#copy.root, `${path}{,*,*/**/*}`)).every((file) => !file.endsWith('.test.ts')))
        throw new Error(`"${line}" runs no test of ${path}`);
      noted.add(path);
    }
  }
}

function blocksOf(document: string): Block[] {
  const blocks = document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }));
}

/** How many of a file's lines it does not have yet. */
function typedLines(file: string, lines: readonly string[]): number {
  const there = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const had = new Map([...Map.groupBy(there, (line) => line)].map(([line, all]) => [line, all.length]));
  return lines.filter((line) => {
    const left = had.get(line) ?? 0;
    had.set(line, left - 1);
    return left <= 0 && line.trim() !== '';
  }).length;
}
