import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, UsageFault } from '../fault.ts';
import type { Terminal } from '../terminal.ts';
import { requireEvent, requireNewType } from './catalog.ts';
import { addSortedLine } from './edit-index.ts';
import { type Names, namesOf } from './names.ts';
import { eventScaffold, listenerScaffold, mailListenerScaffold, mailScaffold, type Scaffold } from './templates.ts';

type Kind = (names: Names, root: string) => Scaffold[];

const kinds: Record<string, Kind> = {
  event: (names, root) => {
    requireNewType(names, root);
    return [eventScaffold(names)];
  },
  mail: (names) => [mailScaffold(names)],
  listener: (names, root) => {
    requireEvent(names, root);
    const hasMail = existsSync(join(root, mailScaffold(names).file));
    return [hasMail ? mailListenerScaffold(names) : listenerScaffold(names)];
  },
  all: (names, root) => {
    requireNewType(names, root);
    return [eventScaffold(names), mailScaffold(names), mailListenerScaffold(names)];
  },
};

const makeHelp = `Usage: npx -y pnpm@12 postern make:<kind> <name>

  make:event <name>      an event, such as order.shipped, for services to publish
  make:mail <name>       a mail with a sample of its data, shown by mail:preview
  make:listener <event>  what the worker does when an event comes; it queues the mail of that name, where there is one
  make:all <name>        an event, its mail, and the listener between them

A file that is there is never written over. What is to be filled in says so.`;

/**
 * Writes the files of an event, its mail or the listener between them, and adds each to the list of its kind. A file that
 * is there is never written over; nothing is written when one of several is.
 */
export function make(kind: string, args: readonly string[], terminal: Terminal, root: string): number {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.line(makeHelp);
    return 0;
  }
  const scaffoldsOf = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!scaffoldsOf)
    throw new UsageFault(`There is no make:${kind}: it is one of make:${Object.keys(kinds).join(', make:')}.`);
  const [name, ...rest] = args;
  if (!name || rest.length > 0) throw new UsageFault(`make:${kind} takes one name, such as order.shipped.`);
  const scaffolds = scaffoldsOf(namesOf(name), root);
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
  if (scaffolds.some(({ file }) => file.includes('/emails/'))) {
    terminal.line();
    terminal.line('Once the mail reads as it should, its snapshots are written, to be committed with it:');
    terminal.line('  npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/emails -u');
  }
  return 0;
}
