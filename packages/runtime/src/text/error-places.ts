import { readOf } from './errors.ts';

/** Places that are given: where it was thrown, and who had called that. */
const MOST = 2;
/** One line of V8's stacks: `    at async ship (file:///app/src/ship.ts:12:5)`, or without a function. A loader may have put a query behind the path. */
const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?([^()?]+)(?:\?[^():]*)?:(\d+):\d+\)?$/;
/** A path from the root of this repository, or of a product made of it. */
const FROM_ROOT = /(?:services|packages)\/.*$/;
/** Every statement and transaction goes through the last, and whoever sent it is meant. */
const NOT_OURS = /^node:|\/node_modules\/|(?:^|\/)packages\/runtime\/src\/database\//;

/** Whether a file in a stack is one of our sources, and not what every statement goes through. */
export function isSource(path: string): boolean {
  return !NOT_OURS.test(path);
}

/**
 * Where in our own sources an error comes from: `services/worker/src/listeners/send-receipt.ts:12`, and the next file in its stack; in the
 * images, too, which run with source maps. Empty where its stack has none of ours: what a socket or a driver reports has often none.
 */
export function errorPlaces(error: unknown): string[] {
  // What a library has made of stacks (`Error.prepareStackTrace`) need be no text.
  const stack = error instanceof Error ? readOf(error, 'stack') : undefined;
  if (typeof stack !== 'string') return [];
  const places = new Map<string, string>();
  for (const line of stack.split('\n')) {
    const [, path = '', number] = FRAME.exec(line) ?? [];
    const [file] = isSource(path) ? (FROM_ROOT.exec(path) ?? []) : [];
    if (file !== undefined && !places.has(file)) places.set(file, `${file}:${number}`);
  }
  return [...places.values()].slice(0, MOST);
}
