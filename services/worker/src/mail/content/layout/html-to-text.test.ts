import type { Direction } from '@postern/locales';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Html, html } from '../html.ts';
import { htmlToText } from './html-to-text.ts';
import { htmlTokens } from './html-tokens.ts';
import { button, facts } from './parts.ts';

const textOf = (source: Html, direction?: Direction) => htmlToText(htmlTokens(source.toString()), direction);

describe('the text part', () => {
  it('has paragraphs, and no trace of indentation', () => {
    const text = textOf(html`
      <h1>Title</h1>
      <p>One
        two <b>three</b>,
        four.</p><p>Five<br>six</p>`);
    expect(text).toBe('Title\n\nOne two three, four.\n\nFive\nsix');
  });

  it('writes the address of a button on a line of its own, where clients recognise it', () => {
    const text = textOf(html`<p>Before</p>${button('https://example.com/a?b=1&c=2', 'Do it')}<p>After</p>`);
    expect(text).toBe('Before\n\nDo it\nhttps://example.com/a?b=1&c=2\n\nAfter');
  });

  it('puts the address of a link within a sentence into angle brackets', () => {
    const url = 'https://example.com/';
    expect(textOf(html`<p>See <a href="${url}">our page</a>, please.</p>`)).toBe(
      'See our page <https://example.com/>, please.',
    );
    expect(textOf(html`<p><a href="${url}">Our page</a> tells more.</p>`)).toBe(
      'Our page <https://example.com/> tells more.',
    );
  });

  it('writes an address that is its own label once', () => {
    const url = 'https://example.com/';
    expect(textOf(html`<p>See <a href="${url}">${url}</a></p>`)).toBe('See https://example.com/');
    expect(textOf(html`<p><a href="${'mailto:a@example.com'}">a@example.com</a></p>`)).toBe('a@example.com');
  });

  it('numbers and dashes lists', () => {
    expect(textOf(html`<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>`)).toBe('- a\n- b\n\n1. c\n2. d');
  });

  it('has facts a line each', () => {
    const list = [
      { label: 'When:', value: 'today' },
      { label: 'Network:', value: '203.0.113.0/24', direction: 'ltr' as const },
    ];
    expect(textOf(html`<p>Facts</p>${facts(list)}<p>End</p>`)).toBe(
      'Facts\n\nWhen: today\nNetwork: 203.0.113.0/24\n\nEnd',
    );
  });

  it('marks what runs from the left in a mail that is read from the right, behind its space', () => {
    const network = { label: 'الشبكة:', value: '2001:db8:1::/48', direction: 'ltr' as const };
    const place = { label: 'المكان:', value: 'مكة', direction: 'auto' as const };
    const list = facts([network, place]);
    expect(textOf(list, 'rtl')).toBe('الشبكة: \u200e2001:db8:1::/48\nالمكان: مكة');
    expect(textOf(list, 'ltr')).not.toContain('\u200e');
  });

  it('leaves out styles, comments and what is for the screen only', () => {
    expect(
      textOf(html`<style>p { color: red }</style><!-- no --><div data-text="none"><p>no<br></p></div><p>yes</p>`),
    ).toBe('yes');
  });

  it('has the characters themselves, not their entities', () => {
    expect(textOf(html`<p>${'<b> & "c"'} &rarr; &#8364;&#x20ac;&nbsp;&unknown;</p>`)).toBe(
      '<b> & "c" → €€\u00a0&unknown;',
    );
  });

  it('has a value as it was, but for spaces that no screen shows', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('', '&amp;', '&lt;b&gt;', '<b>', '&#60;'),
        (text, bait) => {
          const value = `${text}${bait}`;
          expect(textOf(html`<p>${value}</p>`)).toBe(value.replace(/[\t\n\f\r ]+/g, ' ').trim());
        },
      ),
      { numRuns: 200 },
    );
  });
});
