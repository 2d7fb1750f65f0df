import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../text/printable.ts';
import type { CommandIo } from './command.ts';

/** Cursor to the top, and what is below it cleared: what stays the same does not flicker. */
const TOP = '\u001b[H\u001b[J';

interface Page {
  data: unknown;
  lines: readonly string[];
}

/**
 * Shows a page repeatedly until the command is interrupted (SIGINT, SIGTERM) or its reader has gone. On a terminal in one place, otherwise
 * one page below the other; with `--json` one document a line.
 *
 * @param signal ends it as an interruption does
 */
export async function refresh(
  { json, write }: Pick<CommandIo, 'json' | 'write'>,
  everyMs: number,
  { look, signal = interrupted() }: { look: () => Promise<Page>; signal?: AbortSignal },
): Promise<void> {
  const { isTTY } = process.stdout;
  while (!signal.aborted) {
    const { data, lines } = await look();
    const text = json ? JSON.stringify(data) : lines.map((line) => `${printable(line)}\n`).join('');
    await write(`${isTTY && !json ? TOP : ''}${text}\n`);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

function interrupted(): AbortSignal {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  process.stdout.once('close', () => ending.abort());
  return ending.signal;
}
