import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { newProduct } from '../src/product/new-product.ts';
import { renamed } from '../src/product/product-name.ts';
import { repositoryRoot } from '../src/repository.ts';
import { trackedFiles } from '../src/testing/tracked-files.ts';

/** A new product in a folder of its own: what is installed here is linked in, and the packages are its own. */
export class ProductCopy implements Disposable {
  readonly root: string;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.root = newProduct(name, mkdtempSync(join(tmpdir(), 'postern-product-')));
    const parts = trackedFiles()
      .filter((file) => file.endsWith('package.json'))
      .map((file) => dirname(file))
      .filter((part) => existsSync(join(repositoryRoot, part, 'node_modules')));
    for (const part of parts) this.#link(part);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** Runs one of the installed tools in the copy. @throws Error with its output when it ends with another code than 0 */
  async passes(tool = 'node', ...args: string[]): Promise<string> {
    const program = tool === 'node' ? process.execPath : join(repositoryRoot, 'node_modules/.bin', tool);
    // Where CI is set, Vitest refuses the snapshots of a mail that is new, which its developer would commit.
    const { CI: _, ...own } = process.env;
    // Beside this one's workers more would each load the copy's sources, and that for a few files.
    const env = { ...own, VITEST_MAX_WORKERS: '1' };
    return new Promise((resolve, reject) => {
      execFile(program, args, { cwd: this.root, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        const output = stripVTControlCharacters(`${stdout}${stderr}`);
        if (error) reject(new Error(`${tool} ${args.join(' ')} failed:\n${output.slice(-8000)}`));
        else resolve(output);
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** pnpm's links are relative: as they are they lead to the copy's packages, and through `.pnpm` to what is installed. */
  #link(part: string): void {
    const [from, to] = [join(repositoryRoot, part, 'node_modules'), join(this.root, part, 'node_modules')];
    mkdirSync(to);
    for (const name of readdirSync(from)) {
      if (name === '.pnpm') symlinkSync(join(from, name), join(to, name));
      else if (!name.startsWith('.'))
        cpSync(join(from, name), join(to, renamed(name, this.#name)), { recursive: true, verbatimSymlinks: true });
    }
  }
}
