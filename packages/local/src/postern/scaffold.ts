import { Fault } from '../fault.ts';
import { addSortedLine } from './add-sorted-line.ts';

/** A line that registers what was written, and how it gets into its file. */
export interface Edit {
  file: string;
  line: string;
  apply(text: string): string;
}

/** A file to write, where there is one, and the one-line edits that register it. */
export type Scaffold =
  | { file: string; text: string; edits?: readonly Edit[] }
  | { file?: never; edits: readonly Edit[] };

/** A line `export { Name } from './file.ts';` in a list of such lines. */
export function exported(file: string, name: string, from: string): Edit {
  const line = `export { ${name} } from './${from}.ts';`;
  return added(file, name, line, /^export \{/);
}

/** An import of a value, among the imports. */
export function imported(file: string, name: string, from: string): Edit {
  const line = `import { ${name} } from '${from}';`;
  return added(file, name, line, /^import \{[^}]*\} from '\./);
}

/** The line of a name among lines of its kind. `apply` throws a Fault where the file has something else of that name. */
function added(file: string, name: string, line: string, kind: RegExp): Edit {
  const taken = new RegExp(
    `^(?:(?:import|export)(?: type)? \\{[^}']*\\b${name}\\b|export (?:const|function|type) ${name}\\b)`,
    'm',
  );
  const apply = (text: string) => {
    if (taken.test(text.replace(line, ''))) {
      throw new Fault(`Another name is needed: ${file} already has ${name}. Nothing was written.`);
    }
    return addSortedLine(text, line, kind);
  };
  return { file, line, apply };
}

/** A line at the end of the list that begins with `start` and ends with `end`. */
export function appended(file: string, line: string, start: RegExp, end: string): Edit {
  return {
    file,
    line: line.trim().split('\n', 1)[0] ?? '',
    apply: (text) => {
      const lines = text.split('\n');
      const first = lines.findIndex((it) => start.test(it));
      const last = lines.indexOf(end, first);
      if (first < 0 || last < 0) throw new Error(`${file} has no list that begins with ${start}`);
      lines.splice(last, 0, line);
      return lines.join('\n');
    },
  };
}

/** A line after the last `row` between the line `start` and the first after it that is an `end`. */
export function sectionLine(file: string, line: string, at: { start: string; end: RegExp; row: RegExp }): Edit {
  return {
    file,
    line: line.trim().split('\n', 1)[0] ?? '',
    apply: (text) => {
      const lines = text.split('\n');
      const first = lines.indexOf(at.start);
      if (first < 0) throw new Error(`${file} has no line "${at.start}"`);
      const end = lines.findIndex((it, index) => index > first && at.end.test(it));
      const last = lines.slice(0, end < 0 ? lines.length : end).findLastIndex((it) => at.row.test(it));
      lines.splice(Math.max(first, last) + 1, 0, line);
      return lines.join('\n');
    },
  };
}

/** A few lines at the end of a file. */
export function ended(file: string, lines: string): Edit {
  return { file, line: lines.trim().split('\n', 1)[0] ?? '', apply: (text) => text + lines };
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** A request of a new operation, at the end of the collection of requests. @param path with `{{name}}` for each parameter */
export function requested(
  method: Method,
  path: string,
  { body, about = 'Describe the operation here' }: { body?: object | undefined; about?: string | undefined } = {},
): Edit {
  const line = `${method} {{host}}${path}`;
  const json = body ? `Content-Type: application/json\n\n${JSON.stringify(body, null, 2)}\n` : '';
  const request = `\n### ${about}\n${line}\nAuthorization: Bearer {{access_token}}\n${json}`;
  return { file: 'packages/client/examples/postern.http', line, apply: (text) => text + request };
}
