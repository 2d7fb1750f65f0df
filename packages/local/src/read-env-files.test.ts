import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withEnvFiles } from './read-env-files.ts';

const root = mkdtempSync(join(tmpdir(), 'postern-env-files-'));

afterAll(() => rmSync(root, { recursive: true }));

it('reads a file as editors on Windows leave it; what is set already comes first', () => {
  writeFileSync(join(root, '.env'), '\uFEFFFIRST=one\r\nSECOND=two\r\n');
  expect(withEnvFiles(root, { SECOND: 'of the shell' })).toEqual({ FIRST: 'one', SECOND: 'of the shell' });
});
