import { expect, test } from 'vitest';
import type { Ancestor } from './lineage.ts';
import { npxHasEnded } from './orphan.ts';

const ofNpx = { npm_execpath: '/home/ada/.npm/_npx/9c7067c5737e830f/node_modules/pnpm/pnpm' };

const chain = (...managers: (string | undefined)[]): Ancestor[] =>
  managers.map((manager, index) => ({ pid: 50 - index, parent: 49 - index, manager }));

test('pnpm out of the folder of npx without npx above it: npx was ended while pnpm started', () => {
  expect(npxHasEnded(chain(undefined, 'pnpm'), ofNpx)).toBe(true);
  expect(npxHasEnded(chain(undefined, 'pnpm', undefined, 'npm'), ofNpx)).toBe(false);
});

test('a pnpm of its own needs no npx', () => {
  expect(npxHasEnded(chain(undefined, 'pnpm'), { npm_execpath: '/usr/lib/node_modules/pnpm/bin/pnpm.cjs' })).toBe(
    false,
  );
});

test('a script that a test runs has inherited the variable and is not an orphan', () => {
  expect(npxHasEnded(chain(undefined), ofNpx)).toBe(false);
});
