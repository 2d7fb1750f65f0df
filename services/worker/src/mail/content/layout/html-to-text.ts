import type { Direction } from '@postern/locales';
import { decodeEntities, type HtmlToken } from './html-tokens.ts';

/** LEFT-TO-RIGHT MARK: without it a bidi algorithm shows `2001:db8::/48` behind Arabic words as `db8::/48:2001`. */
const LRM = '\u200e';

/** Elements that begin on a line of their own; those with a gap have an empty line around them. */
const BLOCKS: Record<string, 'line' | 'gap'> = {
  ...{ h1: 'gap', h2: 'gap', h3: 'gap', p: 'gap', ul: 'gap', ol: 'gap', table: 'gap', blockquote: 'gap', hr: 'gap' },
  ...{ div: 'line', tr: 'line', li: 'line' },
};

/**
 * The text part of a mail, derived from its HTML, so that the two never say different things.
 *
 * A link alone in its block becomes its label and, on the next line, its address; one within a sentence is followed by
 * its address in angle brackets, as RFC 3986, appendix C asks. Cells of a row are joined by a space, list items get a
 * dash or their number. An element with `data-text="none"` is left out. Lines are not wrapped: clients do it to their width.
 *
 * @param direction the mail's own: a `<span dir="ltr">` in one that is read from the right gets a mark in its place
 */
export function htmlToText(tokens: Iterable<HtmlToken>, direction: Direction = 'ltr'): string {
  const writer = new TextWriter();
  const lists: { ordered: boolean; items: number }[] = [];
  let hidden = 0;
  let link: { href: string; label: string; from: number } | undefined;

  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    if (token.kind === 'text') {
      if (hidden > 0) continue;
      const text = decodeEntities(token.source.replace(/[\t\n\f\r ]+/g, ' '));
      writer.write(text);
      continue;
    }
    const { name } = token;
    if (token.kind === 'open') {
      if (token.empty) {
        if (hidden > 0) continue;
        if (name === 'br') writer.newLine();
        if (name === 'hr') writer.rule();
        continue;
      }
      if (hidden > 0 || token.attributes.get('data-text') === 'none' || name === 'style' || name === 'title') {
        hidden += 1;
        continue;
      }
      writer.block(BLOCKS[name]);
      if (name === 'ul' || name === 'ol') lists.push({ ordered: name === 'ol', items: 0 });
      if (name === 'li') {
        const list = lists.at(-1);
        if (list !== undefined) list.items += 1;
        writer.write(list?.ordered ? `${list.items}. ` : '- ');
      }
      if (name === 'td' || name === 'th') writer.write(' ');
      if (name === 'span' && direction === 'rtl' && token.attributes.get('dir') === 'ltr') writer.write(LRM);
      if (name === 'a') {
        link = { href: decodeEntities(token.attributes.get('href') ?? ''), label: '', from: writer.position };
      }
      continue;
    }
    if (hidden > 0) {
      hidden -= 1;
      continue;
    }
    if (name === 'a' && link !== undefined) {
      writer.link(link.href, link.from);
      link = undefined;
    }
    if (name === 'ul' || name === 'ol') lists.pop();
    writer.block(BLOCKS[name]);
  }
  return writer.toString();
}

/** Collects lines. Spaces collapse as they do on a screen; a link waits to know whether it is alone. */
class TextWriter {
  #text = '';
  #standalone: { href: string; end: number } | undefined;

  get position(): number {
    return this.#text.length;
  }

  write(text: string): void {
    const trimmed = this.#text === '' || isSpace(this.#text.at(-1)) ? text.replace(/^ +/, '') : text;
    if (trimmed === '') return;
    this.#settleLink(trimmed);
    this.#text += trimmed;
  }

  newLine(): void {
    this.#settleLink('');
    this.#text = `${withoutFinal(this.#text, ' ')}\n`;
  }

  rule(): void {
    this.block('gap');
    this.#text += '---';
    this.block('gap');
  }

  block(kind: 'line' | 'gap' | undefined): void {
    if (kind === undefined) return;
    this.#settleLink('');
    const wanted = kind === 'gap' ? '\n\n' : '\n';
    this.#text = withoutFinal(this.#text, ' ');
    if (this.#text === '') return;
    const has = this.#text.length - withoutFinal(this.#text, '\n').length;
    this.#text += wanted.slice(has);
  }

  link(href: string, from: number): void {
    const label = this.#text.slice(from).trim();
    if (label === '' || href === '' || href === label || href === `mailto:${label}`) return;
    const before = withoutFinal(this.#text.slice(0, from), ' ');
    const alone = before === '' || before.endsWith('\n');
    if (alone) this.#standalone = { href, end: this.#text.length };
    else this.#text = `${this.#text.trimEnd()} <${href}>`;
  }

  /** What comes after a link that began its line decides how it is written. */
  #settleLink(next: string): void {
    const link = this.#standalone;
    if (link === undefined || (next !== '' && next.trim() === '')) return;
    this.#standalone = undefined;
    this.#text = this.#text.trimEnd();
    this.#text += next === '' ? `\n${link.href}` : ` <${link.href}>${/^[\s.,;:!?]/.test(next) ? '' : ' '}`;
  }

  toString(): string {
    this.#settleLink('');
    return this.#text.trim();
  }
}

// Loops, because a regular expression that is bound to the end looks for it from every place in the text.
function withoutFinal(text: string, character: ' ' | '\n'): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n';
}
