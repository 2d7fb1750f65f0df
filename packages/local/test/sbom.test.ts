import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../src/repository.ts';

it('.ci/sbom lists what npm packages each service is made of, none of them for development', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-sbom-'));
  try {
    for (const service of ['gateway', 'worker']) {
      const file = join(folder, `${service}.json`);
      const { status, stderr } = spawnSync('.ci/sbom', [service, file], { cwd: repositoryRoot, encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      const list = JSON.parse(readFileSync(file, 'utf8'));
      const names: string[] = list.components.map(({ name }: { name: string }) => name);
      expect([list.bomFormat, list.metadata.component.name]).toEqual(['CycloneDX', service]);
      expect(names).toEqual(expect.arrayContaining(['knex', 'mysql2', 'zod']));
      expect(names).not.toContain('vitest');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(spawnSync('.ci/sbom', ['edge', 'x'], { cwd: repositoryRoot }).status).toBe(2);
});
