import { once } from 'node:events';
import type { CommandIo } from './command.ts';

export interface Streams {
  /** Resolves when there is room for more. */
  write: (text: string) => void | Promise<void>;
  writeError: (text: string) => void;
}

export const processStreams: Streams = {
  async write(text) {
    if (process.stdout.write(text) || process.stdout.destroyed) return;
    // A reader that has gone away (`| head`) takes no more, and must neither keep the command for ever nor fail it.
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => undefined);
  },
  writeError: (text) => void process.stderr.write(text),
};

export function commandIo({ json, by }: Pick<CommandIo, 'json' | 'by'>, { write, writeError }: Streams): CommandIo {
  return {
    json,
    by,
    answer: (data, lines) => {
      const text = typeof lines === 'string' ? [lines] : lines;
      void write(json ? `${JSON.stringify(data, null, 2)}\n` : text.map((line) => `${line}\n`).join(''));
    },
    note: (line) => writeError(`${line}\n`),
    write: async (text) => write(text),
  };
}
