import type { Plugin } from 'rolldown';

/**
 * Leaves out the tables of East Asian encodings, 0.5 MB of every process: sessions with the database are utf8mb4, and request bodies
 * are UTF-8.
 */
export function withoutLegacyEncodings(): Plugin {
  return {
    name: 'without-legacy-encodings',
    load(id) {
      if (!/iconv-lite\/encodings\/tables\/[^/]+\.json$/.test(id)) return undefined;
      return { code: "throw new Error('this encoding is not part of the bundle')", moduleType: 'js' };
    },
  };
}
