import { EnvelopeError } from './envelope-error.ts';

/** How deep objects and lists of a message may be nested, its envelope included. */
export const MAX_DEPTH = 64;

/**
 * A JSON text that has one meaning, and one that a signature covers. `JSON.parse` alone reads different texts as one value, and what is
 * made of a value may differ again: a name that occurs twice, a number beyond a double's range (`1e999`, which is written as `null`),
 * `-0`, a field `__proto__`. No writer of ours writes any of them. Spaces and the order of names do not matter.
 *
 * @throws EnvelopeError `not-json`, or `not-an-envelope` with what is wrong; nothing of the text is quoted, as it may hold an address
 */
export function readJson(text: string): unknown {
  // Before it is parsed: what is nested half a million deep takes half a second.
  const { depth, names } = measure(text);
  if (depth > MAX_DEPTH) refuse(`it is nested ${depth} deep; ${MAX_DEPTH} is the most`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EnvelopeError('not-json', `the body is not JSON (${text.length} characters)`, {
      cause: error instanceof Error ? error.name : undefined,
    });
  }
  if (countNames(value) < names) refuse('an object in it has two fields of the same name');
  return value;
}

function refuse(what: string): never {
  throw new EnvelopeError('not-an-envelope', `not an envelope: ${what}`);
}

/** How deep a JSON text is nested, and how many names of fields are in it, each as often as it occurs. Of any other text, something. */
function measure(json: string): { depth: number; names: number } {
  let [open, depth, names] = [0, 0, 0];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfText(json, at);
    else if (character === ':') names += 1;
    else if (character === '{' || character === '[') depth = Math.max(depth, ++open);
    else if (character === '}' || character === ']') open -= 1;
  }
  return { depth, names };
}

/** The place of the quote that ends the text that begins at `start`. */
function endOfText(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}

function countNames(value: unknown): number {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    refuse('a number in it is beyond what a double holds, or is -0');
  }
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countNames(item), 0);
  let names = 0;
  for (const [name, field] of Object.entries(value)) {
    if (name === '__proto__') refuse('a field in it is named __proto__');
    names += 1 + countNames(field);
  }
  return names;
}
