import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { codeOf, Fault, reasonOf } from '../fault.ts';
import { formatFiles } from '../format-files.ts';
import { repositoryRoot } from '../repository.ts';
import { readTracked, trackedFiles } from '../testing/tracked-files.ts';
import { renamed } from './product-name.ts';

/** The history of this product, which is none of another's, and the tests by which its record of messages and API is whole whenever it is copied. */
const LEFT_OUT = /^(packages\/[^/]+\/CHANGELOG\.md|\.changeset\/.*\.md|.*\/whole-record\.test\.ts)$/;
/** Whoever made what is copied stays named: the licence asks for it. */
const KEPT = 'LICENSE';
const CHANGELOG = 'docs/CHANGELOG.md';

/**
 * Copies the repository under another name into a folder of its own, as a Git repository with nothing committed. The folder is there as a whole, or
 * not at all.
 *
 * @returns the folder's path
 * @throws Fault when there is something in the folder already, or it lies in this repository
 */
export function newProduct(name: string, folder: string): string {
  const target = resolve(folder);
  requireFree(target);
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const file of trackedFiles()) copy(file, name, draft);
    initGit(draft);
    // Names of another length break lines elsewhere, and sort imports otherwise.
    formatFiles(['.'], draft);
    if (existsSync(target)) rmdirSync(target);
    renameSync(draft, target);
    chmodSync(target, 0o755);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return target;
}

function requireFree(target: string): void {
  const fromHere = relative(repositoryRoot, target);
  // A folder here may itself be called `..acme`.
  if (fromHere === '' || !/^\.\.(?:[\\/]|$)/.test(fromHere)) {
    throw new Fault(`${target} lies in this repository: choose a folder outside of it.`);
  }
  let found: string[];
  try {
    found = readdirSync(target);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new Fault(`${target} cannot be the folder of a new product: ${reasonOf(error)}`);
  }
  if (found.length > 0) throw new Fault(`${target} is not empty; nothing was written.`);
}

function copy(file: string, name: string, folder: string): void {
  if (LEFT_OUT.test(file)) return;
  const to = join(folder, file === KEPT ? file : renamed(file, name));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, contents(file, name), { mode: statSync(join(repositoryRoot, file)).mode });
}

function contents(file: string, name: string): string | Buffer {
  const bytes = readFileSync(join(repositoryRoot, file));
  if (file === KEPT || bytes.includes(0)) return bytes;
  const text = file === CHANGELOG ? `${readTracked(file).split('\n## ')[0]}\n## Unreleased\n` : bytes.toString();
  return renamed(text, name);
}

function initGit(folder: string): void {
  try {
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
  } catch (error) {
    throw new Fault(`The product is to be a Git repository, and git did not make one: ${reasonOf(error)}`);
  }
}
