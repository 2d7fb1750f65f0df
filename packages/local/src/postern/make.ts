import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import type { Terminal } from '../terminal.ts';
import { addSortedLine } from './edit-index.ts';
import { type Names, namesOf } from './names.ts';
import { eventScaffold, listenerScaffold, mailScaffold, type Scaffold } from './templates.ts';

type Kind = (names: Names) => Scaffold[];

const kinds: Record<string, Kind> = {
  event: (names) => [eventScaffold(names)],
  mail: (names) => [mailScaffold(names)],
  listener: (names) => [listenerScaffold(names)],
  all: (names) => [eventScaffold(names), mailScaffold(names), listenerScaffold(names)],
};

/**
 * Writes the files of an event, its mail or the listener between them, and adds each to the list of its kind. A file that
 * is there is never written over; nothing is written when one of several is.
 */
export function make(kind: string, args: readonly string[], terminal: Terminal, root: string): number {
  const scaffoldsOf = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!scaffoldsOf)
    throw new Fault(`There is no make:${kind}: it is one of make:${Object.keys(kinds).join(', make:')}.`);
  const [name, ...rest] = args;
  if (!name || rest.length > 0) throw new Fault(`make:${kind} takes one name, such as order.shipped.`);
  const scaffolds = scaffoldsOf(namesOf(name));
  for (const { file, index } of scaffolds) {
    if (existsSync(join(root, file))) throw new Fault(`${file} is there already; nothing was written.`);
    if (!existsSync(join(root, index.file))) throw new Fault(`${index.file} is missing; nothing was written.`);
  }
  for (const { file, text, index } of scaffolds) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    const list = join(root, index.file);
    writeFileSync(list, addSortedLine(readFileSync(list, 'utf8'), index.line, /^export \{/));
    terminal.line(`  ${terminal.green('+')} ${file}`);
    terminal.line(`    ${terminal.dim(`${index.file}: ${index.line}`)}`);
  }
  return 0;
}
