import { newId } from '@postern/runtime';
import type { SendEntry } from '../client/sqs-api.ts';
import { toWire, WIRE } from '../client/wire-attributes.ts';
import { FRAME_ENCODING, FRAME_TYPE, MAX_FRAME_ENTRIES, MAX_UNPACKED_BYTES, packFrame } from '../frames/frame.ts';
import type { PreparedMessage } from './prepared-message.ts';

export interface FrameLimits {
  /** Most bytes of a frame's body as SQS counts them. 60 KB leaves room for attributes below the 64 KB of one bill. */
  maxBytes: number;
  /** Most messages of one frame, 1,000 at most: it goes to one consumer, so slow handlers want fewer. */
  maxEntries: number;
}

export const DEFAULT_FRAME_LIMITS: FrameLimits = { maxBytes: 60_000, maxEntries: MAX_FRAME_ENTRIES };

/** Most bytes of messages in one frame of several, however well they compress. JSON makes at most six of one, in a control character. */
const MAX_RAW_BYTES = MAX_UNPACKED_BYTES / 8;

/** One SQS entry and the messages that are in it. */
export interface PackedEntry {
  entry: SendEntry;
  messages: PreparedMessage[];
}

/**
 * Packs messages into frames as full as the limit allows. How far messages compress is learned from the frames before, so
 * that nearly every frame is compressed once.
 */
export class FramePacker {
  readonly #limits: FrameLimits;
  /** Bytes of packed text per byte of message, recently; starts without compression. */
  #ratio = 0.5;

  constructor(limits: FrameLimits) {
    this.#limits = { ...limits, maxEntries: Math.min(limits.maxEntries, MAX_FRAME_ENTRIES) };
  }

  /** Messages of one group and without delay, in order; each comes out in exactly one entry. */
  pack(messages: readonly PreparedMessage[]): PackedEntry[] {
    const packed: PackedEntry[] = [];
    let start = 0;
    while (start < messages.length) {
      const next = this.#packOne(messages, start);
      packed.push(next);
      start += next.messages.length;
    }
    return packed;
  }

  #packOne(messages: readonly PreparedMessage[], start: number): PackedEntry {
    const { maxBytes, maxEntries } = this.#limits;
    let budget = Math.min(MAX_RAW_BYTES, (maxBytes * 0.97) / this.#ratio);
    for (;;) {
      let end = start;
      let raw = 0;
      while (end < messages.length && end - start < maxEntries) {
        raw += (messages[end] as PreparedMessage).bytes;
        if (end > start && raw > budget) break;
        end += 1;
      }
      const part = messages.slice(start, end);
      const body = packFrame(part.map((message) => message.entry));
      const bytes = part.reduce((sum, message) => sum + message.bytes, 0);
      const ratio = body.length / bytes;
      // Small frames compress badly and say nothing about full ones.
      if (part.length >= 20) this.#ratio = Math.max(ratio, this.#ratio * 0.9 + ratio * 0.1);
      if (body.length <= maxBytes || part.length === 1) return { entry: toEntry(body, part), messages: part };
      budget = Math.min(bytes - 1, ((maxBytes * 0.95) / ratio) | 0);
    }
  }
}

function toEntry(body: string, messages: readonly PreparedMessage[]): SendEntry {
  const groupId = messages[0]?.groupId;
  return {
    body,
    attributes: toWire({ [WIRE.id]: newId(), [WIRE.type]: FRAME_TYPE, [WIRE.encoding]: FRAME_ENCODING }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
