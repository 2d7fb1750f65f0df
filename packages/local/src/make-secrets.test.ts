import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

describe("the compose file's secrets", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function make(limit = ''): number | null {
    const script = `${limit} exec "$0" services/secrets/make-secrets.mjs "$1"`;
    return spawnSync('bash', ['-c', script, process.execPath, folder], { cwd: repositoryRoot }).status;
  }

  function secrets(): Record<string, string> {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      files.map(({ parentPath, name }) => [
        `${parentPath.slice(folder.length)}/${name}`,
        readFileSync(join(parentPath, name), 'utf8'),
      ]),
    );
  }

  it('are the same at every start', () => {
    expect(make()).toBe(0);
    const made = secrets();
    expect(made['/gateway/link_key']).toBe(made['/worker/link_key']);
    expect(make()).toBe(0);
    expect(secrets()).toEqual(made);
  });

  it('are whole where a start was cut off while it wrote one', () => {
    expect(make('ulimit -f 0;')).not.toBe(0);
    expect(make()).toBe(0);
    const made = secrets();
    expect(Object.keys(made).length).toBeGreaterThan(20);
    expect(Object.entries(made).filter(([name, value]) => value.length < 20 || name.endsWith('.new'))).toEqual([]);
  });
});
