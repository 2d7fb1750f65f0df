import { describe, expect, test } from 'vitest';
import type { Ancestor } from './lineage.ts';
import { endedOf, npxHasEnded } from './orphan.ts';

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

/** `npx -y pnpm@12 dev`: process 50 is the shell that runs this one, and 47 npx, which process 10 started. */
describe('of the processes that run this one', () => {
  const all = chain(undefined, 'pnpm', undefined, 'npx').map((each) =>
    each.pid === 47 ? { ...each, parent: 10 } : each,
  );
  /** The parents as the system lists them, of processes that have not ended. */
  const listed = (changes: Record<number, number | undefined> = {}) => {
    const parents: Record<number, number | undefined> = { 50: 49, 49: 48, 48: 47, 47: 10, ...changes };
    const look = (pid: number) => (parents[pid] === undefined ? undefined : { parent: parents[pid], command: '' });
    return { look, alive: (pid: number) => parents[pid] !== undefined };
  };

  test('none has ended as long as each is there', () => {
    expect(endedOf(all, 50, listed())).toBeUndefined();
  });

  test('a terminal or a shell that started npx may end, and left it running', () => {
    expect(endedOf(all, 50, listed({ 47: 1 }))).toBeUndefined();
  });

  test.each([
    ['npx', 50, { 48: 1, 47: undefined }],
    ['npx, which is still listed,', 50, { 48: 1 }],
    ['pnpm', 50, { 50: 1, 49: undefined }],
    ['the shell that ran it', 1, {}],
  ] as const)('%s is what has ended', (which, parent, changes) => {
    expect(endedOf(all, parent, listed(changes))).toBe(which.split(',')[0]);
  });
});
