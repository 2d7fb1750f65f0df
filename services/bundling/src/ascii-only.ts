import type { Plugin } from 'rolldown';

/**
 * Writes characters beyond ASCII as escapes. V8 keeps a source of ASCII alone in one byte a character and reads it without decoding;
 * a single other character doubles the memory of the whole file. The minified code has such characters in strings and regular
 * expressions alone, where the escape means the same.
 */
export function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = escaped(file.code);
    },
  };
}

export function escaped(code: string): string {
  return code.replace(/(\\*)([^\0-\x7f])/g, (_match, slashes: string, character: string) => {
    const written = `u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    // What a backslash stands before already is its escape.
    return slashes.length % 2 === 1 ? `${slashes}${written}` : `${slashes}\\${written}`;
  });
}
