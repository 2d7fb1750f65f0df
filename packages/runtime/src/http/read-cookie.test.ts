import { expect, it } from 'vitest';
import { readCookie } from './read-cookie.ts';

it.each([
  ['a=1', '1'],
  ['b=2; a=1', '1'],
  ['b=2;a=1;c=3', '1'],
  ['aa=2; a=1', '1'],
  ['a=1; a=2', '1'],
  ['a=x=y', 'x=y'],
  ['a=', ''],
  ['aa=2', undefined],
  ['a', undefined],
  ['', undefined],
  [undefined, undefined],
])('of the header %j, the cookie "a" is %j', (header, value) => {
  expect(readCookie(header, 'a')).toBe(value);
});
