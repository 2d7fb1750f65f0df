import { expect, it } from 'vitest';
import { type Html, html } from '../html.ts';
import { htmlTokens } from './html-tokens.ts';
import { button } from './parts.ts';
import { preheaderOf } from './preheader.ts';

const shownOf = (content: Html, own?: string) =>
  /">([^&]*)&#847;/.exec(preheaderOf(own, [...htmlTokens(content.toString())]))?.[1];

it('is the beginning of the paragraphs, without headings, links and lists', () => {
  const content = html`<h1>Title</h1><p>Hello Ann,</p><p>welcome <b>here</b>.</p>${button('https://example.com', 'Go')}`;
  expect(shownOf(content)).toBe('Hello Ann, welcome here.');
});

it('ends at a word when there is more than a list of mails shows', () => {
  const shown = shownOf(html`<p>${'word '.repeat(100)}</p>`);
  expect(shown).toMatch(/^(word )+word…$/);
  expect(shown?.length).toBeLessThanOrEqual(141);
});

it('ends somewhere in a text without words, and never within a character', () => {
  const shown = shownOf(html`<p>${'😀'.repeat(200)}</p>`) ?? '';
  expect(shown.isWellFormed()).toBe(true);
  expect(shown.length).toBeLessThanOrEqual(141);
});

it('is the mail’s own where it has one, escaped', () => {
  expect(preheaderOf('<b>', [])).toContain('&lt;b&gt;&#847;');
});
