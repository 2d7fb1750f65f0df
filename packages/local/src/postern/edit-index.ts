import { Fault } from '../fault.ts';

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
  return /from '([^']+)'/.exec(line)?.[1] ?? line;
}

/** Adds a name to the end of the list that begins after `opening`; a name that is there already stays alone. */
export function addToList(text: string, opening: RegExp, name: string, file: string): string {
  const start = opening.exec(text);
  const from = start ? start.index + start[0].length : -1;
  const end = from < 0 ? -1 : text.indexOf(']', from);
  if (end < 0) throw new Fault(`${file} has no list that \`pnpm postern make\` knows to add to; add ${name} by hand.`);
  const list = text.slice(from, end);
  if (new RegExp(`\\b${name}\\b`).test(list)) return text;
  const comma = list.trim() === '' || list.trimEnd().endsWith(',') ? '' : ',';
  return `${text.slice(0, from)}${list.trimEnd()}${comma} ${name}${list.endsWith('\n') ? ',\n' : ''}${text.slice(end)}`;
}
