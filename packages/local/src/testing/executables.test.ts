import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChromium, findExecutable, findK6 } from './executables.ts';

let folder: string;

function program(path: string, mode = 0o755): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-find-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a program is found on PATH by the first of its names', () => {
  const second = program('bin/second-name');
  expect(findExecutable(['no-such-name', 'second-name'], { PATH: join(folder, 'bin') })).toBe(second);
});

test('a file that may not be run and a folder are not programs', () => {
  program('bin/postern-plain-file', 0o644);
  mkdirSync(join(folder, 'bin/postern-folder'));
  expect(findExecutable(['postern-plain-file', 'postern-folder'], { PATH: join(folder, 'bin') })).toBeUndefined();
});

test('k6 is found where Go installs it, and K6_PATH comes first', () => {
  const installed = program('go/bin/k6');
  const named = program('elsewhere/my-k6');
  expect(findK6({ PATH: '', GOBIN: join(folder, 'go/bin'), HOME: folder })).toMatch(/k6$/);
  expect(findK6({ PATH: '', K6_PATH: named, GOBIN: join(installed, '..') })).toBe(named);
});

test('a variable that names nothing is not replaced by something else that is found', () => {
  program('bin/chromium');
  expect(findChromium({ PATH: join(folder, 'bin'), CHROMIUM_PATH: '/no/such/browser' })).toBeUndefined();
  expect(findK6({ PATH: join(folder, 'bin'), K6_PATH: '/no/such/k6' })).toBeUndefined();
});
