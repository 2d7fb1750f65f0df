import { randomBytes } from 'node:crypto';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { OptOuts } from '../src/mail/delivery/suppression/opt-outs.ts';

type Wish = readonly [kind: 'add' | 'end', second: number];

let test: TestDatabase;
let optOuts: OptOuts;

beforeAll(async () => {
  test = await testDatabase('opt_outs', migrations);
  optOuts = new OptOuts(test.database);
});
afterAll(() => test.close());

async function isOutAfter(wishes: readonly Wish[]): Promise<boolean> {
  const recipient = randomBytes(32);
  for (const [kind, second] of wishes) await optOuts[kind](recipient, 'news', new Date(second * 1_000));
  return optOuts.has(recipient, 'news');
}

/** Each order in which any of them can be heard. */
function orders(wishes: readonly Wish[]): Wish[][] {
  return wishes.flatMap((wish) => [
    [wish],
    ...orders(wishes.filter((other) => other !== wish)).map((others) => [wish, ...others]),
  ]);
}

const WISHES: readonly Wish[] = [
  ['add', 1],
  ['end', 2],
  ['add', 3],
  ['end', 4],
];
const HEARD = orders(WISHES).map((heard) => ({ heard, seconds: heard.map(([, second]) => second).join(', ') }));

it.each(HEARD)('what was wanted last counts, of wishes of second $seconds heard in that order', async ({ heard }) => {
  const [last] = heard.reduce((one, other) => (one[1] > other[1] ? one : other));
  expect(await isOutAfter(heard)).toBe(last === 'add');
  expect(await isOutAfter([...heard, ...heard])).toBe(last === 'add');
  expect(await isOutAfter(heard.flatMap((wish) => [wish, wish]))).toBe(last === 'add');
});

it('of two wishes of the same moment the one to get the mail counts, in whichever order they are heard', async () => {
  for (const heard of orders([
    ['add', 1],
    ['end', 1],
  ]).filter(({ length }) => length === 2)) {
    expect(await isOutAfter(heard)).toBe(false);
  }
});
