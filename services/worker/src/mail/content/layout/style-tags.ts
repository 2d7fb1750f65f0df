import type { Direction } from '@postern/locales';
import { Html } from '../html.ts';
import type { HtmlToken } from './html-tokens.ts';
import { type ElementStyle, stylesheet } from './stylesheet.ts';

const styles: Record<Direction, Readonly<Record<string, ElementStyle>>> = {
  ltr: stylesheet('ltr'),
  rtl: stylesheet('rtl'),
};

/**
 * Writes the layout's styles into the elements: by their `data-style`, else by their tag. An element with a style of its
 * own keeps it. Indentation goes, and so do the attributes that only we read. The HTML is already escaped and stays so.
 */
export function styleTags(tokens: Iterable<HtmlToken>, direction: Direction): Html {
  let source = '';
  for (const token of tokens) {
    if (token.kind === 'text') source += token.source.replace(/[\t ]*\n[\t\n ]*/g, '\n');
    else if (token.kind === 'comment') source += token.source;
    else if (token.kind === 'close') source += `</${token.name}>`;
    else {
      const { name, attributes } = token;
      source += `<${name}`;
      for (const [key, value] of attributes) {
        if (key !== 'data-style' && key !== 'data-text') source += ` ${key}="${value.replaceAll('"', '&quot;')}"`;
      }
      const wanted = attributes.has('style') ? undefined : styleOf(name, attributes, direction);
      if (wanted?.class !== undefined && !attributes.has('class')) source += ` class="${wanted.class}"`;
      source += wanted === undefined ? '>' : ` style="${wanted.style}">`;
    }
  }
  return Html.fromTrusted(source.trim());
}

function styleOf(name: string, attributes: Map<string, string>, direction: Direction): ElementStyle | undefined {
  const named = attributes.get('data-style');
  if (named === undefined) return Object.hasOwn(styles[direction], name) ? styles[direction][name] : undefined;
  const style = styles[direction][named];
  if (style === undefined) throw new TypeError(`data-style="${named}" is not in layout/stylesheet.ts`);
  return style;
}
