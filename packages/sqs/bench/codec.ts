import { deflateRawSync, inflateRawSync, constants as zlib, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { decode, encode } from './msgpack.ts';
import { sampleMessage } from './sample.ts';

interface Form {
  name: string;
  pack(rows: unknown): Buffer;
  unpack(bytes: Buffer): unknown;
}
interface Squeeze {
  name: string;
  pack(bytes: Buffer | string): Buffer;
  unpack(bytes: Buffer): Buffer;
}

const FORMS: Form[] = [
  {
    name: 'JSON',
    pack: (rows) => Buffer.from(JSON.stringify(rows)),
    unpack: (bytes) => JSON.parse(bytes.toString()),
  },
  { name: 'MessagePack', pack: encode, unpack: decode },
];

const zstd = (level: number): Squeeze => ({
  name: `zstd ${level}`,
  pack: (bytes) => zstdCompressSync(bytes, { params: { [zlib.ZSTD_c_compressionLevel]: level } }),
  unpack: (bytes) => zstdDecompressSync(bytes),
});
const deflate = (level: number): Squeeze => ({
  name: `deflate ${level}`,
  pack: (bytes) => deflateRawSync(bytes, { level }),
  unpack: (bytes) => inflateRawSync(bytes),
});
const SQUEEZES = [zstd(1), zstd(3), zstd(6), deflate(1), deflate(6)];

/** What a frame costs an event, for each form and compression: microseconds to pack and to unpack, and bytes of base64. */
export function benchCodec(events = 340, rounds = 60): Record<string, string | number>[] {
  const messages = Array.from({ length: events }, (_, n) => sampleMessage(n));
  const rows = messages.map((message) => [message.id, message.type, message.body, Date.now(), message.traceparent]);
  return FORMS.flatMap((form) =>
    SQUEEZES.map((squeeze) => {
      const packed = squeeze.pack(form.pack(rows)).toString('base64');
      const pack = perEvent(() => squeeze.pack(form.pack(rows)).toString('base64'), events, rounds);
      const unpack = perEvent(() => form.unpack(squeeze.unpack(Buffer.from(packed, 'base64'))), events, rounds);
      const bytes = packed.length / events;
      const inFrame = Math.floor(60_000 / bytes);
      return {
        form: form.name,
        compression: squeeze.name,
        'pack µs': round(pack),
        'unpack µs': round(unpack),
        'bytes an event': Math.round(bytes),
        'events in 60 KB': inFrame,
      };
    }),
  );
}

/** The median of many rounds, in microseconds an event. */
function perEvent(work: () => unknown, events: number, rounds: number): number {
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return ((times[rounds >> 1] as number) * 1_000) / events;
}

const round = (value: number) => Math.round(value * 100) / 100;

if (import.meta.main) console.table(benchCodec());
