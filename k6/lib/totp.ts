import crypto from 'k6/crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PERIOD_MS = 30_000;

/** What an authenticator app shows now (RFC 6238, SHA-1, six digits); the secret is base32. */
export function totpCode(secret: string): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(Date.now() / PERIOD_MS)));
  const digest = new DataView(crypto.hmac('sha1', decode(secret), counter.buffer, 'binary'));
  const at = digest.getUint8(digest.byteLength - 1) & 0xf;
  return String((digest.getUint32(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function decode(base32: string): ArrayBuffer {
  const bits = [...base32.replace(/=+$/, '')]
    .map((sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/[01]{8}/g) ?? [];
  return new Uint8Array(bytes.map((byte) => Number.parseInt(byte, 2))).buffer;
}
