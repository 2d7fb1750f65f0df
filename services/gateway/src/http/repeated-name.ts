const [QUOTE, BACKSLASH] = ['"', '\\'].map((character) => character.charCodeAt(0));
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [...'{}[]'].map((bracket) => bracket.charCodeAt(0));
const [COMMA, COLON] = [...',:'].map((mark) => mark.charCodeAt(0));

/** An object or an array that is not closed yet. */
interface Level {
  /** Of an object, those so far. */
  names: Set<string> | undefined;
  /** Where in it the text has got to. */
  at: string | number;
  isName: boolean;
}

/**
 * The path to the first name that an object has twice, in a text that is JSON. Parsers differ in which of the two counts (RFC 8259, 4): what a proxy
 * has looked at would not be what is done. I-JSON forbids it (RFC 7493, 2.3).
 */
export function repeatedName(text: string): string[] | undefined {
  const open: Level[] = [];
  let level: Level | undefined;
  // By code and without an expression, which makes an array of each token: this is run over every body.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      const end = endOfString(text, index);
      if (level?.names && level.isName) {
        const name: string = JSON.parse(text.slice(index, end + 1));
        level.at = name;
        if (level.names.has(name)) return open.map(({ at }) => String(at));
        level.names.add(name);
      }
      index = end;
    } else if (code === COLON && level) level.isName = false;
    else if (code === COMMA && level) next(level);
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      level =
        code === OPEN_OBJECT ? { names: new Set(), at: '', isName: true } : { names: undefined, at: 0, isName: false };
      open.push(level);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      open.pop();
      level = open.at(-1);
    }
  }
  return undefined;
}

/** Where the quote is that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== QUOTE) index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  return index;
}

function next(level: Level): void {
  if (typeof level.at === 'number') level.at += 1;
  else level.isName = true;
}
