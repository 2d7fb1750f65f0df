import { describe, expect, it } from 'vitest';
import { unpackFrame } from '../frames/frame.ts';
import { DEFAULT_FRAME_LIMITS, FramePacker } from './frame-packer.ts';
import { prepareMessage } from './prepared-message.ts';

function messages(count: number, body: string) {
  return Array.from({ length: count }, (_, n) => prepareMessage({ id: `m${n}`, type: 't', body }, false, 0));
}

describe('A packer of frames', () => {
  it.each([
    ['bodies that compress to nothing', messages(300, 'a'.repeat(100_000)), DEFAULT_FRAME_LIMITS],
    ['bodies that JSON makes six times as long', messages(300, '\u0001'.repeat(20_000)), DEFAULT_FRAME_LIMITS],
    ['more messages than a frame may hold', messages(3_000, '{}'), { ...DEFAULT_FRAME_LIMITS, maxEntries: 5_000 }],
  ])('makes none that a receiver refuses, out of %s', (_what, given, limits) => {
    const packer = new FramePacker(limits);
    // Twice: by then it has learned how well these compress.
    for (const packed of [packer.pack(given), packer.pack(given)]) {
      const ids = packed.flatMap(({ entry }) => unpackFrame(entry.body).map(({ id }) => id));
      expect(ids).toEqual(given.map(({ entry }) => entry.id));
    }
  });
});
