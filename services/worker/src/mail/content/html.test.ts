import fc from 'fast-check';
import { parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { css, Html, HtmlValueError, html, path } from './html.ts';
import { HtmlTemplateError } from './html-holes.ts';

// Any code units, halves of surrogate pairs among them, which fast-check's own strings leave out.
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('the html tag', () => {
  it('escapes what is in text and in attributes', () => {
    const evil = `<script>alert("1")</script> & 'co'`;
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;';
    expect(`${html`<p title="${evil}">${evil}</p>`}`).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('nests fragments and lists of them, and leaves out what is false', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(`${html`<ul>${items}${false}</ul>${html`<p>${1}${2n}</p>`}`}`).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul><p>12</p>',
    );
  });

  it('treats no data as a fragment, even if it looks like one', () => {
    const forged: unknown = JSON.parse('{"source":"<script>","toString":"x"}');
    expect(Html.isHtml(forged)).toBe(false);
    expect(() => html`<p>${forged as Html}</p>`).toThrow(HtmlValueError);
  });

  it.each([undefined, null, {}, new Date(0), Symbol('x'), () => 'x', true, Number])(
    'reports the place of a value that it cannot show (%s)',
    (value) => {
      expect(() => html`<p>${value as unknown as string}</p>`).toThrow(/text of an html template cannot show/);
    },
  );

  it('drops characters that HTML cannot hold', () => {
    expect(`${html`<p>${'a\u0000\u001b\u0085\ufffe\ud800b'}</p>`}`).toBe('<p>a\ufffdb</p>');
  });

  it.each(['https://example.com/a?b=c&d="e"', 'http://example.com', 'mailto:ann@example.com'])(
    'allows %s in a link',
    (url) => {
      expect(`${html`<a href="${url}">x</a>`}`).toMatch(/^<a href="(https?:\/\/example|mailto:ann)[^"<>]*">x<\/a>$/);
    },
  );

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'https://example.com/\nBcc: x',
    'data:text/html,<script>',
    'vbscript:x',
    '//example.com',
    '/path',
    'https:example.com',
    'https://',
    '',
  ])('refuses %j in a link', (url) => {
    expect(() => html`<a href="${url}">x</a>`).toThrow(HtmlValueError);
  });

  it('allows a path in a link, with any text in it encoded', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const url = new URL(path`/mails/id?q=${text}`.toString(), 'https://console.example.com');
        expect([url.host, url.searchParams.get('q')]).toEqual(['console.example.com', text.toWellFormed()]);
      }),
    );
  });

  it('accepts a style only from the css tag', () => {
    const wide = css`width:${12}px`;
    expect(`${html`<p style="${wide}">x</p>`}`).toBe('<p style="width:12px">x</p>');
    expect(() => html`<p style="${'color:red'}">x</p>`).toThrow(HtmlValueError);
  });

  it('refuses templates with a value where no escaping is safe', () => {
    const x = 'x';
    expect(() => html`<p title=${x}>x</p>`).toThrow(HtmlTemplateError);
    expect(() => html`<p ${x}="1">x</p>`).toThrow(HtmlTemplateError);
    expect(() => html`<${x}>x</p>`).toThrow(HtmlTemplateError);
    expect(() => html`<p onclick="${x}">x</p>`).toThrow(HtmlTemplateError);
    expect(() => html`<iframe srcdoc="${x}"></iframe>`).toThrow(HtmlTemplateError);
    expect(() => html`<meta content="${x}">`).toThrow(HtmlTemplateError);
    expect(() => html`<!-- ${x} -->`).toThrow(HtmlTemplateError);
    expect(() => html`<script>${x}</script>`).toThrow(HtmlTemplateError);
    expect(() => html`<STYLE>${x}</STYLE>`).toThrow(HtmlTemplateError);
    expect(() => html`<a href="https://${x}">x</a>`).toThrow(HtmlTemplateError);
    expect(() => html`<a href="${'https://example.com/'}${x}">x</a>`).toThrow(HtmlTemplateError);
    expect(() => html`<a href="${'https://example.com/'}?q">x</a>`).toThrow(HtmlTemplateError);
    expect(() => html`<p>${x}</p><p title="`).toThrow(HtmlTemplateError);
  });

  it('shows text in a textarea, and no element', () => {
    const evil = '</textarea><script>';
    expect(`${html`<textarea>${evil}</textarea>`}`).toBe('<textarea>&lt;/textarea&gt;&lt;script&gt;</textarea>');
    expect(() => html`<textarea>${html`<b>x</b>`}</textarea>`).toThrow(HtmlValueError);
  });

  it('lets a browser read the very value, in text and in attributes', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const [element] = parseFragment(`${html`<p title="${value}">${value}</p>`}`).childNodes;
        if (element === undefined || !('attrs' in element)) throw new Error('there is no element');
        const kept = value.toWellFormed().replace(/[^\P{Cc}\t\n]|\p{Noncharacter_Code_Point}/gu, '');
        expect(element.attrs).toEqual([{ name: 'title', value: kept }]);
        expect(element.childNodes.map((node) => ('value' in node ? node.value : node))).toEqual(
          kept === '' ? [] : [kept],
        );
      }),
      { numRuns: 200 },
    );
  });
});
