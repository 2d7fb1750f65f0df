/** Adds a line among lines of its kind, in alphabetical order; a line that is there already stays alone. */
export function addSortedLine(text: string, line: string, kind: RegExp): string {
  const lines = text.split('\n');
  if (lines.includes(line)) return text;
  const own = lines.flatMap((it, index) => (kind.test(it) ? [index] : []));
  const last = own.at(-1);
  if (last === undefined) return text.endsWith('\n') || text === '' ? `${text}${line}\n` : `${text}\n${line}\n`;
  const before = own.find((index) => sortKey(lines[index] ?? '') > sortKey(line));
  lines.splice(before ?? last + 1, 0, line);
  return lines.join('\n');
}

/** Lines are sorted by the file they come from, as the formatter sorts them. */
function sortKey(line: string): string {
  return /from '([^']+?)(?:\.ts)?'/.exec(line)?.[1] ?? line;
}
