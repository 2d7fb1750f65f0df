import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

const [OLD = '', NEW = ''] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));

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

  function set(name: string, input: string): number | null {
    const args = ['services/secrets/make-secrets.mjs', folder, 'set', name];
    return spawnSync(process.execPath, args, { cwd: repositoryRoot, input }).status;
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

  it('are rotated for all who have one, and stay so for a service whose volume is made anew', () => {
    make();
    const before = secrets();
    const ring = `2026:${OLD},2027:${NEW}`;
    expect(set('link_key', `${ring}\n`)).toBe(0);
    rmSync(join(folder, 'worker'), { recursive: true });
    make();
    const changed = { '/made/link_key': ring, '/gateway/link_key': ring, '/worker/link_key': ring };
    expect(secrets()).toEqual({ ...before, ...changed });
  });

  it.each([
    ['what is no key that was made', 'database_url', NEW],
    ['nothing', 'link_key', '\n'],
    ['what is no key', 'link_key', 'correct-horse-battery-staple'],
    ['two keys without a comma', 'link_key', `${OLD}\n${NEW}\n`],
    ['a key that is not rotated', 'recipient_key', NEW],
  ])('are not replaced by, or for, %s', (_what, name, value) => {
    make();
    const before = secrets();
    expect(set(name, value)).toBe(2);
    expect(secrets()).toEqual(before);
  });

  it('are whole where a start was cut off while it wrote one', () => {
    expect(make('ulimit -f 0;')).not.toBe(0);
    expect(make()).toBe(0);
    const made = secrets();
    expect(Object.keys(made).length).toBeGreaterThan(20);
    expect(Object.entries(made).filter(([name, value]) => value.length < 20 || name.endsWith('.new'))).toEqual([]);
  });
});
