import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Licences that ask for no more than their own text beside the copy. Another one is a decision, not an install. */
const PERMISSIVE = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'BlueOak-1.0.0',
    'CC0-1.0',
    'Unlicense',
  ],
  // htmx's own spelling of 0BSD.
  ...['Python-2.0', 'Zlib', 'BSD-0-Clause'],
]);

/** Tools under the Mozilla Public License, which asks for the source of changed files: they are used as they come, and are in no image. */
const TOOLS = /^(axe-core|lightningcss(-.*)?): MPL-2\.0$/;

interface Installed {
  name?: string;
  version?: string;
  license?: string | { type?: string };
  licenses?: { type?: string }[];
}

/** Every package that is installed, of services and tools alike. */
const installed = globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', { cwd: root })
  .map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Installed)
  .filter(({ name, version }) => name !== undefined && version !== undefined);

/** One of the alternatives of an SPDX expression has to be permissive, and of what is joined by AND each part. */
function isPermissive(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, '');
  return bare.split(' OR ').some((part) => part.split(' AND ').every((id) => PERMISSIVE.has(id.trim())));
}

function licenceOf({ license, licenses }: Installed): string {
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none';
}

describe('what is installed', () => {
  it('is under licences that ask for nothing but to be named', () => {
    const others = installed
      .filter((each) => !isPermissive(licenceOf(each)))
      .map((each) => `${each.name}: ${licenceOf(each)}`);
    expect(others.filter((other) => !TOOLS.test(other)).sort()).toEqual([]);
  });

  it('is a whole installation', () => {
    expect(installed.length).toBeGreaterThan(100);
  });
});
