import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { generate } from '@postern/client/generator';

const ROOT = join(import.meta.dirname, '../../..');
const CLIENT = join(ROOT, 'packages/client');

/** Copies of the client and its example front end, each made of a description of its own: what other products have. */
export class ClientCopies implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'postern-clients-'));

  /** @returns the copy's folder */
  async add(name: string, description: Parameters<typeof generate>[0]): Promise<string> {
    const copy = join(this.#folder, name);
    for (const part of ['src', 'examples']) cpSync(join(CLIENT, part), join(copy, part), { recursive: true });
    // What it extends is elsewhere.
    rmSync(join(copy, 'examples/tsconfig.json'));
    symlinkSync(join(CLIENT, 'node_modules'), join(copy, 'node_modules'));
    // The compiler takes packages of one name and version for one.
    const manifest = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8'));
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version: `0.0.0-${name}` }));
    for (const [file, text] of Object.entries(await generate(description))) {
      writeFileSync(join(copy, relative(CLIENT, file)), text);
    }
    return copy;
  }

  /** What the compiler complains of in all of them; nothing where each of them compiles. */
  complaints(): Promise<string> {
    const config = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: { lib: ['es2024', 'dom', 'dom.iterable'], types: [] },
      include: ['*/src', '*/examples'],
      exclude: ['**/*.test.ts', '*/examples/serve.ts'],
    };
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [compiler, '-p', this.#folder], (error, stdout, stderr) => {
        if (error && stdout === '') reject(new Error(stderr, { cause: error }));
        else resolve(stdout);
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
