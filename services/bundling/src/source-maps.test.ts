import { SourceMap, type SourceMapPayload } from 'node:module';
import { encode } from '@jridgewell/sourcemap-codec';
import { describe, expect, it } from 'vitest';
import { type Edit, edited, movedMappings } from './edit-chunks.ts';
import { withoutLibraries } from './own-source-maps.ts';

const PAYLOAD = { version: 3, file: '', sourceRoot: '', sourcesContent: [], names: [] };

/** Where a source map says that each of the words in `code` comes from: the line, from 1. */
function origins(code: string, map: { sources: (string | null)[]; mappings: string }): Record<string, string> {
  const read = new SourceMap({ ...PAYLOAD, ...map } as SourceMapPayload);
  const found: Record<string, string> = {};
  code.split('\n').forEach((line, number) => {
    for (const { 0: word, index } of line.matchAll(/\w+/g)) {
      const entry = read.findEntry(number, index);
      found[word] =
        'originalSource' in entry && entry.originalSource
          ? `${entry.originalSource}:${entry.originalLine + 1}`
          : 'nowhere';
    }
  });
  return found;
}

describe('a source map of a chunk that is edited', () => {
  const code = 'import"x";one two;\nthree four';
  const mappings = encode([
    [
      [10, 0, 0, 0],
      [14, 0, 1, 0],
    ],
    [
      [0, 0, 2, 0],
      [6, 0, 3, 0],
    ],
  ]);
  const edits: Edit[] = [
    { start: 0, end: 0, text: 'declared;' },
    { start: 0, end: 10, text: '' },
    { start: 13, end: 14, text: '\n' },
    { start: 24, end: 25, text: '      ' },
  ];

  it('knows of each part where it came from originally', () => {
    const result = edited(code, edits);
    expect(result).toBe('declared;one\ntwo;\nthree      four');
    const map = { sources: ['a.ts'], mappings: movedMappings(mappings, code, edits) };
    expect(origins(result, map)).toMatchObject({ one: 'a.ts:1', two: 'a.ts:2', three: 'a.ts:3', four: 'a.ts:4' });
  });
});

describe('a source map of a bundle', () => {
  it('names our files by their place in the repository, and no library', () => {
    const sources = ['../node_modules/lib/index.js', 'src/a.ts', 'src/b.ts'];
    const mappings = encode([
      [
        [0, 1, 0, 0],
        [4, 0, 8, 0],
        [6, 0, 9, 0],
        [8, 2, 4, 0],
        [9, 2, 4, 7],
        [12, 2, 5, 0],
      ],
    ]);
    const map = withoutLibraries({ sources, names: ['unused'], mappings }, (source) => `services/x/${source}`);
    expect(map.sources).toEqual(['services/x/src/a.ts', 'services/x/src/b.ts']);
    expect(origins('our lib b1  b2', map)).toEqual({
      our: 'services/x/src/a.ts:1',
      lib: 'nowhere',
      b1: 'services/x/src/b.ts:5',
      b2: 'services/x/src/b.ts:6',
    });
    expect(map.names).toEqual([]);
  });
});
