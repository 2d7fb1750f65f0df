import { argument, type Command, defineCommand } from '@postern/runtime';
import { z } from 'zod';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { type Kind, make } from './make.ts';

const summaries: Record<Kind, string> = {
  event: 'Writes an event for services to publish',
  mail: 'Writes a mail with a sample of its data, shown by mail:preview',
  listener: 'Writes what the worker does when an event comes; it queues the mail of that name, where there is one',
  all: 'Writes an event, its mail, and the listener between them',
};

/** What writes the files of something new. */
export function makeCommands(terminal: Terminal): Command[] {
  return Object.entries(summaries).map(([kind, summary]) =>
    defineCommand({
      name: `make:${kind}`,
      summary,
      about: 'A file that exists is never overwritten. What is to be filled in says so.',
      examples: [`make:${kind} order.shipped`],
      json: false,
      input: { name: argument('its name, such as order.shipped', z.string()) },
      run: async ({ name }) => make(kind as Kind, name, terminal, repositoryRoot),
    }),
  );
}
