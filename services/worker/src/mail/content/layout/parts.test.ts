import { describe, expect, it } from 'vitest';
import { facts, withMailLink } from './parts.ts';

describe('a sentence with an address', () => {
  it('has it as a link to write to', () => {
    expect(withMailLink('Write to help@example.com & wait.', 'help@example.com').toString()).toBe(
      'Write to <a href="mailto:help@example.com" dir="ltr">help@example.com</a> &amp; wait.',
    );
  });

  it.each([undefined, 'help@example.com'])('stays as it is when it does not name %s', (address) => {
    expect(withMailLink('Write to the <people>.', address).toString()).toBe('Write to the &lt;people&gt;.');
  });
});

it('has a panel of facts that a screen reader reads as one table, not as two', () => {
  const source = facts([{ label: 'When:', value: 'now' }]).toString();
  expect(source.match(/<table[^>]*>/g)?.map((tag) => tag.includes('role="presentation"'))).toEqual([true, false]);
});
