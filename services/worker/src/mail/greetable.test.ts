import { expect, it } from 'vitest';
import { greetable } from './greetable.ts';

it.each(['Ann', 'José María', 'O’Neil', 'Jean-Luc', 'J. R. R.', 'عبد الله', '小明', "D'Arcy"])(
  'greets with the name %s',
  (name) => {
    expect(greetable(name)).toBe(name);
  },
);

it.each([
  'Win at https://evil.example',
  'evil.example',
  'go to WWW evil',
  'ann@evil.example',
  'a/b',
  'evil。example',
  'x'.repeat(65),
  '   ',
  '',
])('leaves out %j, which a stranger may have written as an advertisement', (name) => {
  expect(greetable(name)).toBeUndefined();
});
