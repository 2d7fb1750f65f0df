import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { newProduct } from './new-product.ts';
import { productName, renamed } from './product-name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-new-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const acme = productName.parse('acme');

test.each([
  ['Acme', 'expected 3 to 20 letters and digits in lower case'],
  ['acme-shop', 'expected 3 to 20 letters and digits in lower case'],
  ['4you', 'expected 3 to 20 letters and digits in lower case'],
  ['ab', 'expected 3 to 20 letters and digits in lower case'],
  ['', 'expected 3 to 20 letters and digits in lower case'],
  ['postern', 'this one has that name'],
  ['services', 'the new repository has a folder of that name'],
  ['start', 'a script of the new repository has that name'],
  ['store', 'pnpm has a command of that name'],
  ['prepare', 'pnpm has a command of that name'],
  ['class', 'it is a word of JavaScript'],
])('the name %j is refused: %s', (name, reason) => {
  const [issue, ...others] = productName.safeParse(name).error?.issues ?? [];
  expect([issue?.message, others]).toEqual([expect.stringContaining(reason), []]);
});

test('a name replaces the old one in each spelling', () => {
  expect(renamed("import '@postern/sqs'; class PosternClient {} // POSTERN_HOME", acme)).toBe(
    "import '@acme/sqs'; class AcmeClient {} // ACME_HOME",
  );
});

test('a folder that has something in it is refused, and left as it is', () => {
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  expect(() => newProduct(acme, folder)).toThrow(`${folder} is not empty; nothing was written.`);
  expect(readdirSync(folder)).toEqual(['mine.txt']);
});

test('a file in the place of the folder is refused by name', () => {
  writeFileSync(join(folder, 'acme'), '');
  expect(() => newProduct(acme, join(folder, 'acme'))).toThrow(`${join(folder, 'acme')} cannot be the folder`);
});

test.each(['', 'acme', 'services/acme', '..acme'])('a folder in this repository is refused: %j', (path) => {
  expect(() => newProduct(acme, join(repositoryRoot, path))).toThrow('lies in this repository');
});

test('a product that cannot be written leaves nothing behind', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const path = process.env.PATH;
  const git = `#!/bin/sh\n[ "$1" = init ] && exit 3\nPATH=${path} exec git "$@"\n`;
  writeFileSync(join(bin, 'git'), git, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}${delimiter}${path}`);
  expect(() => newProduct(acme, join(folder, 'acme'))).toThrow('git did not make one');
  expect(readdirSync(folder)).toEqual(['bin']);
});
