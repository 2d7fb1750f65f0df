import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, MAX_PAYLOAD_BYTES, UnusablePayloadError } from './mail-payload.ts';

const payload = { to: 'ann@example.com', locale: 'en', data: { first_name: 'Ann' } };

describe("a mail's payload", () => {
  it('is read as it was written', () => {
    expect(decodePayload(encodePayload(payload))).toEqual({ payload });
  });

  it('cut anywhere is a fault that is reported, and quotes nothing of it', () => {
    const text = encodePayload(payload);
    for (let end = 0; end < text.length; end++) {
      const read = decodePayload(text.slice(0, end));
      expect(read).toEqual({ fault: expect.stringContaining('cannot be read') });
      expect(JSON.stringify(read)).not.toMatch(/ann@|Ann/);
    }
  });

  it('that is any other JSON is a fault, and never an error', () => {
    fc.assert(fc.property(fc.json(), (text) => 'fault' in decodePayload(text)));
  });

  it('may be as large as the limit, counted in bytes, and no larger', () => {
    const room = MAX_PAYLOAD_BYTES - Buffer.byteLength(encodePayload({ ...payload, data: { text: '' } }));
    const withText = (text: string) => encodePayload({ ...payload, data: { text } });
    expect(Buffer.byteLength(withText('x'.repeat(room)))).toBe(MAX_PAYLOAD_BYTES);
    expect(() => withText('x'.repeat(room + 1))).toThrow(UnusablePayloadError);
    expect(() => withText('é'.repeat(room / 2 + 1))).toThrow('262144 is the most');
  });

  it('with a value that JSON has no form for is refused', () => {
    expect(() => encodePayload({ ...payload, data: { count: 1n } })).toThrow(UnusablePayloadError);
  });
});
