import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { nestingOf } from '../client/nesting.ts';
import { isAttributeName, refusedCharacter } from '../client/sqs-text.ts';

/** The value of the `encoding` attribute of a frame: base64 of zstd of a JSON array of entries. */
export const FRAME_ENCODING = 'frame-1';
/** The type attribute of a frame, so that a console shows what it is. */
export const FRAME_TYPE = 'frame';
/**
 * Most that a frame may unpack to, in bytes. The sender stays below; a body that claims more is an attack or damage,
 * and must not take the consumer's memory: decompression ends there.
 */
export const MAX_UNPACKED_BYTES = 4 * 1024 * 1024;
/** Most messages of a frame, for senders and receivers: 2 KB of zstd can hold a million of them. */
export const MAX_FRAME_ENTRIES = 1_000;
/** A list of entries, each a list whose attributes are an object; what is a little deeper is one broken entry. */
const MAX_NESTING = 16;
/** 8 MiB: without it a few bytes can ask for a window of 128 MiB before anything is unpacked. */
const WINDOW_LOG_MAX = 23;

/** One message inside a frame. Short keys: they are repeated in each entry, before compression. */
export interface FrameEntry {
  id: string;
  type: string;
  body: string;
  traceparent?: string | undefined;
  attempt?: number | undefined;
  attributes?: Record<string, string> | undefined;
  /** When it was handed to the sender, in milliseconds since 1970. */
  sentAt: number;
  /** Why it cannot be read, in what was unpacked; its body is then all that is there of it, and its id empty. */
  fault?: string;
}

/** The body is not a frame, or not all of one. */
export class BrokenFrameError extends Error {
  override name = 'BrokenFrameError';
}

/** Of an id and of a type, in characters: both go into log lines, and types into metrics. Envelopes allow fewer. */
export const MAX_NAME = 256;

type Row = [string, string, string, number, string?, number?, Record<string, string>?];

/** Packs entries into the text of one SQS message. */
export function packFrame(entries: readonly FrameEntry[]): string {
  const rows = entries.map(toRow);
  return zstdCompressSync(JSON.stringify(rows), ZSTD_OPTIONS).toString('base64');
}

/** Level 1 packs our envelopes smaller than level 3 does, in less time (bench/codec.ts). */
const ZSTD_OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const UNZSTD_OPTIONS = {
  maxOutputLength: MAX_UNPACKED_BYTES,
  params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
};

/**
 * The entries of a frame's body. One that cannot be read has a `fault`, and the others of the frame do not suffer for it.
 *
 * @throws BrokenFrameError saying what is wrong: no base64, cut short, too large, too deep, too many, not entries
 */
export function unpackFrame(body: string): FrameEntry[] {
  let text: string;
  try {
    const packed = Buffer.from(body, 'base64');
    if (packed.length === 0) throw new Error('it is empty');
    text = zstdDecompressSync(packed, UNZSTD_OPTIONS).toString();
  } catch (error) {
    throw new BrokenFrameError(`The frame cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
  const nesting = nestingOf(text);
  if (nesting > MAX_NESTING) {
    throw new BrokenFrameError(`The frame is nested ${nesting} deep; ${MAX_NESTING} is the most`);
  }
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    throw new BrokenFrameError('The frame was cut or damaged: what it unpacks to is not JSON', { cause: error });
  }
  if (!Array.isArray(rows) || rows.length === 0) throw new BrokenFrameError('The frame holds no entries');
  if (rows.length > MAX_FRAME_ENTRIES) {
    throw new BrokenFrameError(`The frame holds ${rows.length} entries; ${MAX_FRAME_ENTRIES} are allowed`);
  }
  const entries = rows.map(toEntry);
  if (entries.every(({ fault }) => fault !== undefined)) throw new BrokenFrameError(entries[0]?.fault);
  return entries;
}

function toRow(entry: FrameEntry): Row {
  const row: Row = [entry.id, entry.type, entry.body, entry.sentAt];
  if (entry.attributes && Object.keys(entry.attributes).length > 0) {
    row.push(entry.traceparent ?? '', entry.attempt ?? 1, entry.attributes);
  } else if (entry.attempt !== undefined && entry.attempt > 1) row.push(entry.traceparent ?? '', entry.attempt);
  else if (entry.traceparent) row.push(entry.traceparent);
  return row;
}

function toEntry(row: unknown, index: number): FrameEntry {
  const broken = (what: string) => {
    return {
      id: '',
      type: FRAME_TYPE,
      body: JSON.stringify(row),
      sentAt: 0,
      fault: `Entry ${index} of the frame ${what}`,
    };
  };
  if (!Array.isArray(row)) return broken('is not an array');
  const [id, type, body, sentAt, traceparent, attempt = 1, attributes] = row as unknown[];
  const sound =
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof body === 'string' &&
    Number.isSafeInteger(sentAt) &&
    (traceparent === undefined || typeof traceparent === 'string') &&
    Number.isSafeInteger(attempt) &&
    (attempt as number) >= 1 &&
    (attributes === undefined || isTextRecord(attributes));
  if (!sound) return broken('has a field of the wrong kind');
  if (id.length > MAX_NAME || type.length > MAX_NAME)
    return broken(`has an id or a type of more than ${MAX_NAME} characters`);
  // By itself, to be tried again or as a dead letter, SQS would not take it.
  const names = Object.keys((attributes as object | undefined) ?? {});
  if (refusedCharacter(`${id}${type}${traceparent ?? ''}`) !== -1 || !names.every(isAttributeName))
    return broken('has an id, a type, a trace or a name of an attribute that SQS refuses');
  return {
    id,
    type,
    body,
    sentAt: sentAt as number,
    traceparent: traceparent || undefined,
    attempt: attempt as number,
    attributes: attributes as Record<string, string> | undefined,
  };
}

function isTextRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((part) => typeof part === 'string');
}
