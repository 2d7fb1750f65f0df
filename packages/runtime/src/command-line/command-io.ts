import { once } from 'node:events';
import { errorMessage } from '../text/errors.ts';
import { printable } from '../text/printable.ts';
import type { CommandIo } from './command.ts';
import type { ProgressBar } from './progress-bar.ts';

export interface Streams {
  /** Resolves when there is room for more. */
  write: (text: string) => void | Promise<void>;
  writeError: (text: string) => void;
  /** Resolves when all that was written has left, to the reason when it has not. */
  flush: () => Promise<string | undefined>;
  /** Whether standard error is a terminal, where a line can be drawn anew. */
  onTerminal: boolean;
}

/** What was written and did not leave. A reader that goes away (`| head`) has what it wants: nothing is lost then. */
let fault: string | undefined;
const noted = (error?: Error | null) => {
  if (error && !GONE.has((error as NodeJS.ErrnoException).code ?? '')) fault ??= errorMessage(error);
};
const GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

export const processStreams: Streams = {
  async write(text) {
    if (process.stdout.write(text, noted) || process.stdout.destroyed) return;
    // A reader that has gone away (`| head`) takes no more, and must neither keep the command for ever nor fail it.
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => undefined);
  },
  writeError: (text) => void process.stderr.write(text),
  async flush() {
    await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
    return fault;
  },
  onTerminal: process.stderr.isTTY === true,
};

export function commandIo(
  { json, by }: Pick<CommandIo, 'json' | 'by'>,
  { write, writeError }: Streams,
  bar: ProgressBar,
): CommandIo {
  return {
    json,
    by,
    answer: (data, lines) => {
      bar.end();
      const text = typeof lines === 'string' ? [lines] : lines;
      void write(json ? `${JSON.stringify(data, null, 2)}\n` : text.map((line) => `${printable(line)}\n`).join(''));
    },
    note: (line) => {
      bar.end();
      writeError(`${printable(line)}\n`);
    },
    progress: (what, done, total) => bar.show(what, done, total),
    write: async (text) => write(text),
  };
}
