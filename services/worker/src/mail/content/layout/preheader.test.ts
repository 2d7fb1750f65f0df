import { expect, it } from 'vitest';
import { type Html, html } from '../html.ts';
import { htmlTokens } from './html-tokens.ts';
import { button, facts } from './parts.ts';
import { preheaderOf } from './preheader.ts';

const shownOf = (content: Html, own?: string) =>
  /">([^&]*)&#847;/.exec(preheaderOf(own, [...htmlTokens(content.toString())]))?.[1];

it('is the beginning of the paragraphs, without headings, links and lists', () => {
  const content = html`<h1>Title</h1><p>Hello Ann,</p><p>welcome <b>here</b>.</p>${button('https://example.com', 'Go')}`;
  expect(shownOf(content)).toBe('Hello Ann, welcome here.');
});

it.each([
  ['a list', html`<ul><li>admin</li></ul>`],
  ['facts', facts([{ label: 'Device:', value: 'curl' }])],
])('ends before %s, which it cannot show, and does not splice what follows to what went before', (_name, list) => {
  const content = html`<p>Hello Ann,</p><p>you now have these:</p>${list}<p>If you think this is wrong, write to us.</p>`;
  expect(shownOf(content)).toBe('Hello Ann, you now have these…');
});

it('removes the space before a French colon with it', () => {
  expect(shownOf(html`<p>Vous avez maintenant ces rôles\u00a0:</p><ul><li>admin</li></ul>`)).toBe(
    'Vous avez maintenant ces rôles…',
  );
});

it('goes on behind a list that nothing was said before', () => {
  expect(shownOf(html`<ul><li>One</li></ul><p>Two</p>`)).toBe('Two');
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
