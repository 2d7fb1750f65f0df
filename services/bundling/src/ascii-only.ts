import type { Plugin } from 'rolldown';
import { type Edit, editChunks, edited } from './edit-chunks.ts';

/**
 * Writes characters beyond ASCII as escapes. V8 keeps a source of ASCII alone in one byte a character and reads it without decoding;
 * a single other character doubles the memory of the whole file. The minified code has such characters in strings and regular
 * expressions alone, where the escape means the same.
 */
export function asciiOnly(): Plugin {
  return editChunks('ascii-only', escapes);
}

export function escaped(code: string): string {
  return edited(code, escapes(code));
}

function escapes(code: string): Edit[] {
  return [...code.matchAll(/(\\*)([^\0-\x7f])/g)].map(({ index, 1: slashes = '', 2: character = '' }) => {
    const written = `u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const start = index + slashes.length;
    // What already has a backslash before it is its escape.
    return { start, end: start + 1, text: slashes.length % 2 === 1 ? written : `\\${written}` };
  });
}
