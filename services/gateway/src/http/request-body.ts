import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { MADE_UP, type ProblemError } from './problem.ts';
import { BodyTooLarge, MalformedJson, MalformedRequest, UnsupportedMediaType, ValidationFailed } from './problems.ts';
import { repeatedName } from './repeated-name.ts';
import { toPointer } from './validation.ts';

/** The largest request body, in bytes. The largest that an operation needs is under 2 KB. */
const MAX_BODY_BYTES = 16_384;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
/** A surrogate can only hide in an escape: as bytes it would not have been UTF-8. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/** Whether the request has a body, by its framing (RFC 9112, 6.3). */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * How much of a body that is too large is still taken in, and thrown away, before the answer. A client that has not sent
 * all it meant to would see its connection break instead of the 413.
 */
const MAX_DISCARDED_BYTES = 2 * 1_048_576;

/**
 * All bytes of the body, at most 16 KB.
 *
 * @throws ProblemError 413 for more, and 400 when the client goes away in the middle
 */
export function readBytes(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => BodyTooLarge.error({ headers: { connection: 'close' } });
  if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES) return Promise.reject(tooLarge());
  if (request.readableEnded)
    return Promise.reject(new Error('a middleware has read the body, and kept no bytes of it'));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else if (size > MAX_DISCARDED_BYTES) {
        request.off('data', onData);
        request.pause();
        reject(tooLarge());
      } else chunks.length = 0;
    };
    const onEnd = (): void => {
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    };
    // Of a cut connection there is an error, or only the end of it; after a whole body neither matters any more, and an error that nobody
    // looks at costs as much as the rest of the reading.
    const onCut = (): void => {
      if (!request.readableEnded) reject(MalformedRequest.error({ detail: 'The body ended too early.' }));
    };
    if (request.destroyed) onCut();
    else request.on('data', onData).once('end', onEnd).once('error', onCut).once('close', onCut);
  });
}

/** Looks at a body's bytes before they are parsed; throws when they must not be. */
type VerifyBody = (bytes: Buffer, headers: IncomingHttpHeaders) => void;

/**
 * Reads a JSON body.
 *
 * @throws ProblemError 415 for another type, charset or encoding, 413 above 16 KB, 400 for what is not JSON, 422 for
 *   strings with lone surrogates: I-JSON (RFC 7493, 2.1) forbids them, and a database cannot store them; and for a name that an object has twice
 */
export async function readJson(request: IncomingMessage, verify?: VerifyBody): Promise<unknown> {
  if (!hasBody(request)) throw MalformedJson.error({ detail: 'The body is empty; send a JSON object.' });
  requireType(request, 'application/json');
  const parsed = parsedBefore(request);
  if (parsed !== undefined && !verify) {
    refuseLoneSurrogates(parsed);
    return parsed;
  }
  const bytes = await readBytes(request);
  verify?.(bytes, request.headers);
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw MalformedJson.error({ detail: describeSyntaxError(text, error) });
  }
  if (SURROGATE_ESCAPE.test(text)) refuseLoneSurrogates(value);
  const repeated = repeatedName(text);
  if (repeated) throw faultAt(repeated, 'Is given twice; send it once.');
  return value;
}

/** Reads `application/x-www-form-urlencoded` as an object of strings; a name given twice becomes an array. */
export async function readForm(request: IncomingMessage): Promise<unknown> {
  if (!hasBody(request)) return {};
  requireType(request, 'application/x-www-form-urlencoded');
  const parsed = parsedBefore(request);
  if (parsed !== undefined) return parsed;
  return entriesToObject(new URLSearchParams(decode(await readBytes(request))));
}

/** What a middleware of the product (`express.json()`) has made of the body; then there is nothing left to read. */
function parsedBefore(request: IncomingMessage & { body?: unknown }): unknown {
  return request.readableEnded ? request.body : undefined;
}

/** Parameters as a plain object, in which `__proto__` is a name like any other. */
export function entriesToObject(parameters: URLSearchParams): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of parameters) {
    const before = values[name];
    if (before === undefined) values[name] = value;
    else if (typeof before === 'string') values[name] = [before, value];
    else before.push(value);
  }
  return values;
}

function requireType(request: IncomingMessage, expected: string): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?(utf-8|us-ascii)"?$/.test(charset);
  // RFC 9110, 15.5.16: the answer says what would have been read.
  const headers = { accept: expected, 'accept-encoding': 'identity' };
  if (type.trim() !== expected || !utf8) {
    throw UnsupportedMediaType.error({ detail: `Send Content-Type: ${expected} (UTF-8).`, headers });
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw UnsupportedMediaType.error({ detail: 'Send the body without a Content-Encoding.', headers });
  }
}

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw MalformedJson.error({ detail: 'The body is not UTF-8.' });
  }
}

/** Where the syntax breaks. The parser's own message quotes the body, which may hold a password. */
function describeSyntaxError(text: string, error: unknown): string {
  if (text.trim() === '') return 'The body is empty; send a JSON object.';
  const position = /at position (\d+)/.exec(String(error))?.[1];
  if (position === undefined) return 'The JSON ends too early or has a character that does not belong there.';
  const before = text.slice(0, Number(position)).split('\n');
  return `The JSON breaks at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}

/** Where in a body a value is: its name, and what it is in. */
interface Place {
  value: unknown;
  name: string;
  parent: Place | undefined;
}

/**
 * Ends at the first fault: what an attacker pays for by the byte must not be looked for to the end. A list and no recursion:
 * 16 KB of brackets nest 8,000 deep.
 */
function refuseLoneSurrogates(root: unknown): void {
  const open: Place[] = [{ value: root, name: '', parent: undefined }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value } = place;
    if (typeof value === 'string' && !value.isWellFormed()) throw illFormed(place, 'Is not well-formed Unicode.');
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      if (!name.isWellFormed()) throw illFormed(place, 'Has a name that is not well-formed Unicode.');
      open.push({ value: child, name, parent: place });
    }
  }
}

function illFormed(place: Place, detail: string): ProblemError {
  const path: string[] = [];
  for (let at: Place = place; at.parent; at = at.parent) path.push(at.name);
  return faultAt(path.reverse(), detail);
}

/** No schema has looked at the body yet: whose names these are is not known. */
function faultAt(path: readonly string[], detail: string): ProblemError {
  return ValidationFailed.error({ errors: [{ pointer: toPointer(path), detail, [MADE_UP]: true }] });
}
