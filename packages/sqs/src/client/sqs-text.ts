/**
 * What SQS takes in a body or attribute (API reference, SendMessage): tab, LF, CR, U+0020 to U+D7FF, U+E000 to U+FFFD and
 * U+10000 up. Everything else, lone surrogates too, makes it refuse the message.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what this looks for
const REFUSED = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what this replaces
const REFUSED_ALL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;
/** Halves of characters beyond U+FFFF, which look-alikes of SQS refuse, and the two that SQS itself refuses in JSON's strings. */
const ESCAPED = /[\uD800-\uDFFF\uFFFE\uFFFF]/;
const ESCAPED_ALL = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;
const BEYOND_ALL = /[\u{10000}-\u{10FFFF}]/gu;

/** The place of the first character that SQS refuses, or -1. */
export function refusedCharacter(text: string): number {
  return text.search(REFUSED);
}

/** Whether every SQS takes the text as it is: AWS takes characters beyond U+FFFF, others do not. */
export function travelsPlain(text: string): boolean {
  return !ESCAPED.test(text) && refusedCharacter(text) === -1;
}

/** JSON with the same meaning that every SQS takes: characters beyond U+FFFF as `\uD83D\uDE00`. Such can be in strings only. */
export function escapeJson(json: string): string {
  if (!ESCAPED.test(json)) return json;
  return json.replace(ESCAPED_ALL, (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A body as every SQS takes it, where it is JSON; any other text is left as it is. */
export function toSqsBody(body: string): string {
  if (!ESCAPED.test(body)) return body;
  try {
    JSON.parse(body);
  } catch {
    // Not ours to rewrite: another format's text means what it says.
    return body;
  }
  return escapeJson(body);
}

/** The text with refused characters replaced by U+FFFD and those beyond U+FFFF by their number, cut to at most `maxBytes` of UTF-8. */
export function toSqsText(text: string, maxBytes: number): string {
  const clean = text
    .replace(REFUSED_ALL, '\uFFFD')
    .replace(BEYOND_ALL, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  if (Buffer.byteLength(clean) <= maxBytes) return clean;
  // A cut through a character would leave U+FFFD bytes beyond the limit: back to its beginning.
  const bytes = Buffer.from(clean);
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

/** SQS's rule for attribute names (API reference, SendMessage): letters, digits, `_`, `-`, `.`, no dot at the ends or doubled. */
export function isAttributeName(name: string): boolean {
  return /^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name) && !/^(aws|amazon)\./i.test(name);
}

/** SQS's rule for group and deduplication ids: 1 to 128 letters, digits and ASCII punctuation. */
export function isGroupId(id: string): boolean {
  return /^[!-~]{1,128}$/.test(id);
}
