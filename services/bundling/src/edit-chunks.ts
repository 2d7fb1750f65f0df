import { decode, encode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';
import type { Plugin } from 'rolldown';

/** A part of a text, and what takes its place. Positions are in UTF-16 units. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A plugin that changes finished chunks, in ascending places that do not overlap, and moves what their source maps say along. */
export function editChunks(name: string, editsOf: (code: string) => Edit[]): Plugin {
  return {
    name,
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const edits = editsOf(file.code);
        const map = file.sourcemapFileName ? bundle[file.sourcemapFileName] : undefined;
        if (map?.type === 'asset') {
          const content = JSON.parse(String(map.source)) as { mappings: string };
          map.source = JSON.stringify({ ...content, mappings: movedMappings(content.mappings, file.code, edits) });
        }
        file.code = edited(file.code, edits);
      }
    },
  };
}

export function edited(code: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text } of edits) {
    result += code.slice(from, start) + text;
    from = end;
  }
  return result + code.slice(from);
}

/** The mappings of a source map (ECMA-426) of `code`, for what the edits make of it. */
export function movedMappings(mappings: string, code: string, edits: readonly Edit[]): string {
  const before = lineStarts(code);
  const after = lineStarts(edited(code, edits));
  const moved: SourceMapMappings = after.map(() => []);
  let next = 0;
  let shift = 0;
  let line = 0;
  // Segments come in the order of their places, so that one walk over edits and lines does.
  for (const [number, segments] of decode(mappings).entries()) {
    for (const [column, ...origin] of segments) {
      const place = (before[number] ?? 0) + column;
      for (let edit = edits[next]; edit && edit.end <= place; edit = edits[next]) {
        shift += edit.text.length - (edit.end - edit.start);
        next += 1;
      }
      // What stood in a part that is replaced is where its replacement begins.
      const within = edits[next] && place > (edits[next] as Edit).start ? (edits[next] as Edit).start : place;
      const target = within + shift;
      while (line + 1 < after.length && (after[line + 1] as number) <= target) line += 1;
      moved[line]?.push([target - (after[line] as number), ...origin] as SourceMapMappings[0][0]);
    }
  }
  return encode(moved);
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
