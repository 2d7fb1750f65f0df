import { describe, expect, it } from 'vitest';
import { readEnv } from '../configuration/env.ts';
import { productEnv } from './product-env.ts';

const named = (PRODUCT_NAME: string) => readEnv(productEnv, { PRODUCT_NAME }).PRODUCT_NAME;

describe('PRODUCT_NAME', () => {
  it.each([
    ['quotes and punctuation', `Bob's "Best" <Shop> & Co., Inc. (¾)`],
    ['other scripts', 'متجر آدا'],
    ['a joiner between letters', 'می\u200cخواهم'],
    ['emoji', '👩\u200d💻 Käse 🏳️\u200d🌈'],
    ['60 characters', 'x'.repeat(60)],
  ])('may have %s', (_what, name) => {
    expect(named(name)).toBe(name);
  });

  it.each([
    ['a colon, at which authenticator apps end it', 'Acme: Accounts'],
    ['two lines, of which the second would be a header of a mail', 'Acme\r\nBcc: eve@example.com'],
    ['a control character', 'Acme\u0000'],
    ['a direction character, which turns what follows round', 'Acme\u202egpj.exe'],
    ['half of a pair', 'Acme\ud83d'],
    ['nothing that can be seen', '\u200b\u3164\u2800'],
    ['joiners alone', '\u200d'],
    ['500 characters', 'x'.repeat(500)],
  ])('is refused with %s', (_what, name) => {
    expect(() => named(name)).toThrow('PRODUCT_NAME: expected 1 to 60 characters on one line, without a colon');
  });
});
