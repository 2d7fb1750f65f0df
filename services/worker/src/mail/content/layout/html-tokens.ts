/** The pieces of HTML that came out of the `html` tag, which is well-formed: this is not a parser for anybody's HTML. */
export type HtmlToken =
  | { kind: 'text'; source: string }
  | { kind: 'open'; name: string; attributes: Map<string, string>; empty: boolean }
  | { kind: 'close'; name: string }
  | { kind: 'comment'; source: string };

const TOKEN = /<!--.*?-->|<!doctype[^>]*>|<\/?[a-z][^\s/>]*(?:"[^"]*"|'[^']*'|[^"'>])*>/gis;
const ATTRIBUTE = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/gs;

/** Elements without an end tag (HTML standard, 13.1.2). */
const EMPTY = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);

/** Attribute values keep their entities; decodeEntities reads them. */
export function* htmlTokens(source: string): Generator<HtmlToken> {
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match.index > end) yield { kind: 'text', source: source.slice(end, match.index) };
    end = match.index + match[0].length;
    yield token(match[0]);
  }
  if (end < source.length) yield { kind: 'text', source: source.slice(end) };
}

function token(source: string): HtmlToken {
  if (source.startsWith('<!')) return { kind: 'comment', source };
  const name = /^<\/?([^\s/>]+)/.exec(source)?.[1]?.toLowerCase() ?? '';
  if (source.startsWith('</')) return { kind: 'close', name };
  const attributes = new Map<string, string>();
  for (const [, key, double, single, bare] of source.slice(name.length + 1, -1).matchAll(ATTRIBUTE)) {
    if (key !== undefined) attributes.set(key.toLowerCase(), double ?? single ?? bare ?? '');
  }
  return { kind: 'open', name, attributes, empty: EMPTY.has(name) };
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  rarr: '→',
  larr: '←',
  middot: '·',
  bull: '•',
  copy: '©',
  shy: '\u00ad',
  zwnj: '\u200c',
};

/** The text that an escaped text stands for. An entity that is not in the list stays as it is written. */
export function decodeEntities(source: string): string {
  return source.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
