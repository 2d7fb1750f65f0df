import { createHmac, timingSafeEqual } from 'node:crypto';
import { EnvelopeError } from './envelope-error.ts';
import type { KeySet } from './key-set.ts';
import { MAX_DEPTH } from './read-json.ts';

/** The keys that each writer's messages are checked with, by `source`. */
export type WriterKeys = Readonly<Record<string, KeySet | undefined>>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The value of the extension attribute `mac`: `key id . base64url(HMAC-SHA256(key, everything else in the envelope))`. What is
 * written otherwise (spaces, another order of names) has the same one.
 */
export function envelopeMac({ writing: { id, bytes } }: KeySet, envelope: object): string {
  return `${id}.${digest(bytes, envelope as Fields).toString('base64url')}`;
}

/**
 * Checks that the writer that the envelope names has written it, and nobody has changed it since.
 *
 * @throws EnvelopeError `no-mac`, `unknown-writer`, `unknown-key` or `wrong-mac`
 */
export function checkEnvelopeMac(keys: WriterKeys, envelope: object): void {
  const { mac, source } = envelope as Fields;
  if (typeof mac !== 'string') throw new EnvelopeError('no-mac', 'the message is not signed');
  const ring = typeof source === 'string' && Object.hasOwn(keys, source) ? keys[source] : undefined;
  if (!ring) throw new EnvelopeError('unknown-writer', 'the message is from a writer whose keys are not configured');
  const dot = mac.indexOf('.');
  const key = ring.find(mac.slice(0, Math.max(dot, 0)));
  if (!key) {
    throw new EnvelopeError('unknown-key', `the message was signed with a key that ${source} does not have (any more)`);
  }
  const given = Buffer.from(mac.slice(dot + 1), 'base64url');
  const right = digest(key, envelope as Fields);
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new EnvelopeError('wrong-mac', `the message is not as ${source} has written it`);
  }
}

function digest(key: Uint8Array, { mac: _mac, ...signed }: Fields): Buffer {
  return createHmac('sha256', key).update('postern/envelope\0').update(canonicalJson(signed)).digest();
}

/**
 * One text for each JSON value: names in order, no spaces (as RFC 8785 has it). It reads values as `JSON.stringify` does, so that what is
 * signed before it travels equals what is read from the text that travelled (by `readJson`).
 *
 * @throws EnvelopeError `invalid-data` for what is nested deeper than a reader takes, or in itself
 */
export function canonicalJson(value: unknown, depth = 1): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > MAX_DEPTH) throw new EnvelopeError('invalid-data', `the data is nested deeper than ${MAX_DEPTH}`);
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => isWritten(field));
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field, depth + 1)}`).join(',')}}`;
}

function isWritten(field: unknown): boolean {
  return field !== undefined && typeof field !== 'function' && typeof field !== 'symbol';
}
