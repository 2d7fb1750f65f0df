import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** A value is a key, a URL or a certificate: what is longer is another file, perhaps one without an end. */
const MAX_BYTES = 64 * 1024;
/** What a shell makes of `<(command)`; any other pipe may have nobody who writes to it, and would be waited for without end. */
const SHELL_PIPE = /^\/(dev|proc\/self)\/fd\/\d+$/;

/**
 * The text of a file that holds one value: UTF-8, with or without a byte order mark, which is left out.
 *
 * @throws Error with what is wrong with it; its content is never part of that
 */
export function readValueFile(path: string): string {
  const found = statSync(path);
  if (found.isDirectory()) throw new Error(`${path} is a directory: name a file in it`);
  if (!found.isFile() && !(found.isFIFO() && SHELL_PIPE.test(path))) throw new Error(`${path} is not a regular file`);
  const bytes = readUpTo(path, MAX_BYTES + 1);
  if (bytes.length > MAX_BYTES) throw new Error(`${path} is longer than ${MAX_BYTES} bytes, as no value is`);
  const text = decoded(bytes);
  if (text === undefined || text.includes('\0')) {
    throw new Error(`${path} is not text in UTF-8 (write it as such: some editors and shells use UTF-16)`);
  }
  return text;
}

function readUpTo(path: string, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, most - length, null);
      length += read;
      if (read === 0 || length === most) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Without its byte order mark; undefined when it is not UTF-8. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
