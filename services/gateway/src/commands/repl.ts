import type { Readable, Writable } from 'node:stream';
import { type Command, defineCommand, type Opened } from '@postern/runtime';

/** What is at hand at the prompt, by name. */
export type ReplTools = Record<string, unknown>;

/** A prompt with the gateway's own parts at hand, as `artisan tinker` is: against the database that DATABASE_URL names. */
export function repl(open: Opened<ReplTools>, streams: { input?: Readable; output?: Writable } = {}): Command {
  return defineCommand({
    name: 'repl',
    summary: 'A prompt with stores and the publisher of events at hand',
    about: `What you do here is done: on the database of DATABASE_URL, in transactions that you open. What is published stays in the outbox,
from where a running gateway sends it.`,
    examples: ['repl'],
    json: false,
    run: async () =>
      open(async (tools) => {
        // With its parser and its history it would be part of every start.
        const { start } = await import('node:repl');
        const { input = process.stdin, output = process.stdout } = streams;
        output.write(`At hand: ${Object.keys(tools).join(', ')}. Ctrl-D ends it.\n`);
        const server = start({ prompt: 'postern> ', input, output });
        Object.assign(server.context, tools);
        await new Promise<void>((resolve) => server.once('exit', resolve));
      }),
  });
}
