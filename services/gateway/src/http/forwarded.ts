/** RFC 9110, 5.6.2 and 5.6.4: a pair's value is a token or a quoted string, whose quoted pairs stand for their second character. */
const PAIR =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)")$/;

/**
 * The `for` of the last `count` elements of a Forwarded header (RFC 7239, 4; its lines joined by commas), in order: `unknown`
 * for an element without, `undefined` for one that is malformed, and nothing of what is left of that.
 *
 * It is read from the right, where the trusted proxies write: the grammar is as unambiguous in that direction, and a
 * quote that a client opens on the left cannot swallow what they have written behind it.
 */
export function forwardedFor(header: string, count: number): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const pairs of elementsFromTheRight(header)) {
    const node = nodeOf(pairs);
    found.unshift(node);
    // Before the next element is cut: what is left of the trusted ones is the client's, and costs no work.
    if (node === undefined || found.length === count) break;
  }
  return found;
}

/** The pairs of each element, cut at semicolons and commas outside quotes. RFC 9110, 5.6.1.2: empty elements do not count. */
function* elementsFromTheRight(header: string): Generator<string[]> {
  let pairs: string[] = [];
  let end = header.length;
  let quoted = false;
  for (let at = header.length - 1; at >= -1; at--) {
    const start = at < 0;
    if (header[at] === '"' && !(quoted && isEscaped(header, at))) quoted = !quoted;
    if (!start && (quoted || (header[at] !== ',' && header[at] !== ';'))) continue;
    const pair = withoutSpace(header.slice(at + 1, end));
    if (pair !== '') pairs.push(pair);
    end = at;
    if (header[at] === ';' || pairs.length === 0) continue;
    yield pairs;
    pairs = [];
  }
}

/** RFC 9110, 5.6.3. Not by a regular expression, which would look at a long run of spaces once for each of them. */
function withoutSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** Whether an odd number of backslashes comes before a quote. */
function isEscaped(header: string, quote: number): boolean {
  let at = quote;
  while (header[at - 1] === '\\') at -= 1;
  return (quote - at) % 2 === 1;
}

/** RFC 7239, 4: names in any case, each at most once. */
function nodeOf(pairs: readonly string[]): string | undefined {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, token, quoted] = PAIR.exec(pair) ?? [];
    if (name === undefined || values.has(name.toLowerCase())) return undefined;
    values.set(name.toLowerCase(), token ?? (quoted ?? '').replace(/\\(.)/g, '$1'));
  }
  return values.get('for') ?? 'unknown';
}
