import { describe, expect, it } from 'vitest';
import { withoutAddresses, withoutMailbox } from './without-addresses.ts';

describe("somebody else's words", () => {
  it.each([
    'ann@example.com',
    "o'neil+x@a.b.example",
    '!#$%&*/=?^_`{|}~-@x--y.example',
    'ann@exämple.com',
    '@',
    'a@b@c',
  ])('are kept without an address that they quote: %s', (address) => {
    const text = withoutAddresses(`550 5.1.1 <${address}> ${address}: unknown (${address}) '${address}'`);
    expect(text).toBe('550 5.1.1 <…> … unknown … …');
  });

  it('are gone through in one look, also with a word as long as a message of a queue', () => {
    // Looked at once for each letter, it takes minutes: longer than a test may.
    const word = 'x'.repeat(250_000);
    expect(withoutAddresses(`550 ${word} ${word}@example.com`)).toBe(`550 ${word} …`);
  });

  it('are on one line', () => {
    expect(withoutAddresses('550-5.1.1 no\r\n550 such user')).toBe('550-5.1.1 no 550 such user');
  });
});

describe("somebody else's words about an address", () => {
  it.each([
    ['550 5.1.1 ann.miller... No such user', '550 5.1.1 …... No such user'],
    ['550 User Ann.Miller unknown (ann.miller)', '550 User … unknown (…)'],
    ['550 5.1.1 <ann.miller@example.com>: ann.miller', '550 5.1.1 <…>: …'],
    ['550 joann.miller and ann.millers are others', '550 joann.miller and ann.millers are others'],
  ])('are kept without its mailbox: %s', (said, kept) => {
    expect(withoutMailbox(said, 'ann.miller@example.com')).toBe(kept);
  });

  it.each(['5', '5.1', '.*'])('have their code, whatever its mailbox is called: %s', (mailbox) => {
    expect(withoutMailbox('550 5.1.1 no such user', `${mailbox}@example.com`)).toBe('550 5.1.1 no such user');
  });
});
