import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { generate } from '@postern/client/generator';

const ROOT = join(import.meta.dirname, '../../..');
const CLIENT = join(ROOT, 'packages/client');

type OpenApi = Parameters<typeof generate>[0];

/**
 * What the compiler complains of in copies of the client and its example front end that are made of these descriptions; nothing where each of
 * them compiles.
 */
export async function complaintsAboutClients(documents: readonly (readonly [string, OpenApi])[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-clients-'));
  try {
    for (const [name, document] of documents) await copyClient(folder, name, document);
    const config = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: { lib: ['es2024', 'dom', 'dom.iterable'], types: [] },
      include: ['*/src', '*/examples'],
      exclude: ['**/*.test.ts', '*/examples/serve.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    return await compile(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copyClient(folder: string, name: string, document: OpenApi): Promise<void> {
  const copy = join(folder, name);
  for (const part of ['src', 'examples']) cpSync(join(CLIENT, part), join(copy, part), { recursive: true });
  symlinkSync(join(CLIENT, 'node_modules'), join(copy, 'node_modules'));
  // The compiler takes packages of one name and version for one.
  const manifest = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8'));
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version: `0.0.0-${name}` }));
  for (const [file, text] of Object.entries(await generate(document))) {
    writeFileSync(join(copy, relative(CLIENT, file)), text);
  }
}

function compile(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], (error, stdout, stderr) => {
      // 1 and 2 are those of a compiler that has found something.
      if (error && ![1, 2].includes(error.code as number)) reject(error);
      else resolve(stdout + stderr);
    });
  });
}
