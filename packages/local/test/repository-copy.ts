import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repositoryRoot } from '../src/repository.ts';
import { trackedFiles } from '../src/testing/tracked-files.ts';

/** The repository as it is, in a folder of its own: what is installed is linked in, and our packages are those of the copy. */
export class RepositoryCopy implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'postern-copy-'));

  constructor() {
    const files = trackedFiles();
    for (const file of files) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      cpSync(join(repositoryRoot, file), join(this.root, file));
    }
    const parts = files
      .filter((file) => file.endsWith('package.json'))
      .map((file) => dirname(file))
      .filter((part) => existsSync(join(repositoryRoot, part, 'node_modules')));
    for (const part of parts) this.#link(part);
    // Tests ask Git which files there are.
    execFileSync('git', ['init', '--quiet'], { cwd: this.root });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** Runs one of the installed tools in the copy. @throws Error with its output when it ends with another code than 0 */
  async passes(tool = 'node', ...args: string[]): Promise<string> {
    const program = tool === 'node' ? process.execPath : join(repositoryRoot, 'node_modules/.bin', tool);
    // Where CI is set, Vitest refuses the snapshots of a mail that is new, which its developer would commit.
    const { CI: _, ...env } = process.env;
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
        cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    }
  }
}
