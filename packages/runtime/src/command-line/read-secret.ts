import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

type Input = NodeJS.ReadableStream & { isTTY?: boolean };

const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * A secret from standard input: of a file or a pipe all of it without the line end, of a terminal one line, which is asked for and does
 * not show while it is typed.
 *
 * @param ask prints the question on a terminal
 */
export async function readSecret(ask: (question: string) => void, input: Input = process.stdin): Promise<string> {
  if (!input.isTTY) return (await text(input)).replace(/\r?\n$/, '');
  ask('Password (does not show while you type):');
  // As a terminal of its own, readline switches the echo off and edits the line; what it would print goes nowhere.
  const lines = createInterface({ input, output: NOWHERE, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
  }
}
