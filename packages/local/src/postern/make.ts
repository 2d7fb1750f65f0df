import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import type { Terminal } from '../terminal.ts';
import { requireEvent, requireNewType } from './catalog.ts';
import { addSortedLine } from './edit-index.ts';
import { type Names, namesOf } from './names.ts';
import { eventScaffold, listenerScaffold, mailListenerScaffold, mailScaffold, type Scaffold } from './templates.ts';

export type Kind = 'event' | 'mail' | 'listener' | 'all';

const kinds: Record<Kind, (names: Names, root: string) => Scaffold[]> = {
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

/**
 * Writes the files of an event, its mail or the listener between them, and adds each to the list of its kind. A file that
 * is there is never written over; nothing is written when one of several is.
 */
export function make(kind: Kind, name: string, terminal: Terminal, root: string): void {
  const scaffolds = kinds[kind](namesOf(name), root);
  for (const { file, index } of scaffolds) {
    if (existsSync(join(root, file))) throw new Fault(`${file} already exists; nothing was written.`);
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
    terminal.line('  npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/content/mails -u');
  }
}
