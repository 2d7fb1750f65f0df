/** As much of MessagePack as frames would need: text, whole numbers, arrays. For the comparison with JSON only. */
export function encode(value: unknown): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, parts: Buffer[]): void {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    parts.push(head(text.length, [0xa0, 31], [0xd9, 0xda, 0xdb]), text);
  } else if (typeof value === 'number') {
    const bytes = Buffer.allocUnsafe(9);
    bytes[0] = 0xcf;
    bytes.writeBigUInt64BE(BigInt(value), 1);
    parts.push(bytes);
  } else if (Array.isArray(value)) {
    parts.push(head(value.length, [0x90, 15], [0xdc, 0xdc, 0xdd]));
    for (const item of value) write(item, parts);
  } else throw new TypeError(`No ${typeof value} here`);
}

function head(length: number, [fix, most]: [number, number], [one, two, four]: [number, number, number]): Buffer {
  if (length <= most) return Buffer.from([fix | length]);
  if (length < 0x100 && one !== two) return Buffer.from([one, length]);
  if (length < 0x10000) return Buffer.from([two, length >> 8, length & 0xff]);
  return Buffer.from([four, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
}

export function decode(bytes: Buffer): unknown {
  let at = 0;
  const size = (width: number): number => {
    const value = bytes.readUIntBE(at, width);
    at += width;
    return value;
  };
  const text = (length: number): string => {
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const array = (length: number): unknown[] => Array.from({ length }, read);
  function read(): unknown {
    const tag = size(1);
    if (tag >= 0xa0 && tag <= 0xbf) return text(tag & 31);
    if (tag === 0xd9) return text(size(1));
    if (tag === 0xda) return text(size(2));
    if (tag === 0xdb) return text(size(4));
    if (tag >= 0x90 && tag <= 0x9f) return array(tag & 15);
    if (tag === 0xdc) return array(size(2));
    if (tag === 0xdd) return array(size(4));
    if (tag === 0xcf) {
      at += 8;
      return Number(bytes.readBigUInt64BE(at - 8));
    }
    throw new TypeError(`No tag ${tag} here`);
  }
  return read();
}
