import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readEnvFiles } from './read-env-files.ts';

const NAMES = ['POSTERN_TEST_FIRST', 'POSTERN_TEST_SECOND'];
const root = mkdtempSync(join(tmpdir(), 'postern-env-files-'));

afterEach(() => {
  for (const name of NAMES) delete process.env[name];
  rmSync(root, { recursive: true });
});

it('reads a file as editors on Windows leave it; what is set already comes first', () => {
  process.env.POSTERN_TEST_SECOND = 'of the shell';
  writeFileSync(join(root, '.env'), '\uFEFFPOSTERN_TEST_FIRST=one\r\nPOSTERN_TEST_SECOND=two\r\n');
  readEnvFiles(root);
  expect(NAMES.map((name) => process.env[name])).toEqual(['one', 'of the shell']);
});
