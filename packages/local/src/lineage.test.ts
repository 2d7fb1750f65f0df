import { expect, test } from 'vitest';
import { lineage } from './lineage.ts';

type Listing = Record<number, { parent: number; command: string }>;

const pidsAbove = (listing: Listing, parent: number) => lineage((pid) => listing[pid], parent).map(({ pid }) => pid);

const npx: Listing = {
  50: { parent: 40, command: 'sh -c trap INT; node packages/local/bin/postern-local.mjs start' },
  40: { parent: 30, command: 'pnpm start' },
  30: { parent: 20, command: "sh -c 'pnpm' start" },
  20: { parent: 10, command: 'npm exec pnpm@12 start' },
  10: { parent: 1, command: '-bash' },
};

test('everything that npx puts between the terminal and the script is watched, and the terminal is not', () => {
  expect(pidsAbove(npx, 50)).toEqual([50, 40, 30, 20]);
});

test('a wrapper whose arguments only name a package manager may end before the script does', () => {
  const listing = { ...npx, 10: { parent: 1, command: 'bash -c npx -y pnpm@12 start &' } };
  expect(pidsAbove(listing, 50)).toEqual([50, 40, 30, 20]);
});

test.each([
  'node /usr/bin/npx -y pnpm@12 start',
  '/usr/bin/node --no-warnings /usr/lib/node_modules/npm/bin/npx-cli.js -y pnpm@12 start',
  '/home/ada/.local/bin/pnpm start',
])('"%s" runs a package manager', (command) => {
  expect(pidsAbove({ 50: { parent: 20, command }, 20: { parent: 1, command } }, 50)).toEqual([50, 20]);
});

test('where nothing can be looked up the direct parent is still watched', () => {
  expect(pidsAbove({}, 50)).toEqual([50]);
});

test('a process that no package manager runs has its parent alone above it', () => {
  expect(pidsAbove({ 50: { parent: 10, command: 'sh run.sh' }, 10: { parent: 1, command: 'bash' } }, 50)).toEqual([50]);
});
