import { expect, it } from 'vitest';
import { greetable } from './greetable.ts';

it.each([
  'Ann',
  'José María',
  'O’Neil',
  'Jean-Luc',
  'J. R. R.',
  'عبد الله',
  '小明',
  "D'Arcy",
  'Louis 14.',
  'Ann (she)',
  'Mary-Ann, Jr.',
])('greets with the name %s', (name) => {
  expect(greetable(name)).toBe(name);
});

it.each([
  'Win at https://evil.example',
  'evil.example',
  'go to WWW evil',
  'ann@evil.example',
  'a/b',
  'evil。example',
  'Claim it at win365.com now',
  'win-365.CO',
  'see 365.win',
  'evil．example',
  'evil｡example',
  'evil․example',
  'evil.\u200bexample',
  'उदाहरण.भारत',
  'пример.рф',
  'see xn--e1afmkfd.xn--p1ai',
  'ann＠evil',
  'tel:now',
  'mailto:x',
  'a／b',
  'Call 0800 123 456',
  'Ring +49 (30) 9',
  'call 1-800-FLOWERS',
  'اتصل ٠٨٠٠',
  'call ０８００',
  'call ①②③',
  'dial 110',
  '192.0.2.7',
  'x'.repeat(65),
  '   ',
  '',
])('leaves out %j, which a stranger may have written as an advertisement', (name) => {
  expect(greetable(name)).toBeUndefined();
});
