import { dirname, join, relative } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Plugin } from 'rolldown';

/** Of libraries, and what the bundler itself puts in. */
const LIBRARY = /node_modules|^\0/;

/** A source map (ECMA-426), as far as it matters here. */
interface SourceMap {
  sources: (string | null)[];
  names: string[];
  mappings: string;
}

/**
 * Leaves in the source maps of chunks which line is which of ours, by its path in the repository. The process reads all of a map with
 * the first error that it logs: with libraries, columns and names that took 300 ms of processor time and 67 MB (measured).
 *
 * @param repository its root; without it sources are found from the map, for a bundle that runs beside them
 */
export function ownSourceMaps(repository?: string): Plugin {
  return {
    name: 'own-source-maps',
    generateBundle({ dir = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.map')) continue;
        const folder = dirname(join(dir, file.fileName));
        const pathOf = (source: string) => (repository ? relative(repository, join(folder, source)) : source);
        file.source = JSON.stringify(withoutLibraries(JSON.parse(String(file.source)) as SourceMap, pathOf));
      }
    },
  };
}

/** @param pathOf the path of a source in the repository */
export function withoutLibraries<Given extends SourceMap>(map: Given, pathOf: (source: string) => string): Given {
  const sources = new Map<string, number>();
  const numberOf = (source: string): number => {
    const path = pathOf(source);
    const number = sources.get(path) ?? sources.size;
    sources.set(path, number);
    return number;
  };
  const lines = decode(map.mappings).map((segments) => {
    let before = '';
    const kept: SourceMapSegment[] = [];
    for (const [column, source, line = 0, place = 0] of segments) {
      const path = source === undefined ? undefined : map.sources[source];
      const own = typeof path === 'string' && !LIBRARY.test(path);
      const here = own ? `${path}:${line}` : '';
      // One a line says which line it is; one says that from there on it is nothing of ours.
      if (here === before) continue;
      before = here;
      kept.push(own ? [column, numberOf(path), line, place] : [column]);
    }
    return kept;
  });
  return { ...map, sources: [...sources.keys()], names: [], mappings: encode(lines) };
}
