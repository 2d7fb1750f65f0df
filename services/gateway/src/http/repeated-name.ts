const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

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
  for (const [token] of text.matchAll(TOKEN)) {
    const level = open.at(-1);
    if (token === '{') open.push({ names: new Set(), at: '', isName: true });
    else if (token === '[') open.push({ names: undefined, at: 0, isName: false });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && level) next(level);
    else if (token === ':' && level) level.isName = false;
    else if (level?.names && level.isName) {
      level.at = JSON.parse(token);
      if (level.names.has(String(level.at))) return open.map(({ at }) => String(at));
      level.names.add(String(level.at));
    }
  }
  return undefined;
}

function next(level: Level): void {
  if (typeof level.at === 'number') level.at += 1;
  else level.isName = true;
}
