import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** The files whose schemas name the variables that a service reads. */
const CONFIGS = [
  'services/gateway/src/config.ts',
  'services/gateway/src/accounts/config.ts',
  'services/worker/src/config.ts',
];

describe('the README', () => {
  it('tells of every environment variable that a service reads', () => {
    const names = CONFIGS.flatMap((path) =>
      [...read(path).matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows commands that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const shown = [...readme.matchAll(/npx -y pnpm@12 (\w+)/g)].map(([, command]) => command as string);
    expect(shown.filter((command) => ![...scripts, 'exec'].includes(command))).toEqual([]);
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path as string);
    for (const path of links) expect(() => readFileSync(join(root, path)), path).not.toThrow(/ENOENT/);
  });
});
