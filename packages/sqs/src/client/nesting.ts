/**
 * How deep a JSON text is nested, seen before it is parsed: a megabyte of brackets, which a few bytes of a frame unpack to, holds the event
 * loop up for half a second. Of what is not JSON, some number.
 */
export function nestingOf(json: string): number {
  let [open, depth] = [0, 0];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfText(json, at);
    else if (character === '[' || character === '{') depth = Math.max(depth, ++open);
    else if (character === ']' || character === '}') open -= 1;
  }
  return depth;
}

/** The place of the quote that ends the text that begins at `start`. Not by an expression: one that never ends would take quadratic time. */
function endOfText(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}
