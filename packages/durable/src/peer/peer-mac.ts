import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SecretRing } from '@postern/runtime';

/** How far the clocks of two services may be apart, and how long a question may be under way, in milliseconds. */
const FRESH_MS = 60_000;
const SCHEME = 'Postern';

/** The header `authorization` of a question: the key's id, when it was asked, and HMAC-SHA256 of both and the question. */
export function signQuestion({ writing }: SecretRing, question: string, now: Date): string {
  const at = String(now.getTime());
  return `${SCHEME} ${writing.id}.${at}.${mac(writing.bytes, at, question).toString('base64url')}`;
}

/** Whether who asks has one of the keys, and asks now. The same question asked again within the minute has the same answer. */
export function isSigned(ring: SecretRing, question: string, header: string | undefined, now: Date): boolean {
  const [, id = '', at = '', given = ''] = /^Postern ([\w-]{1,20})\.(\d{1,15})\.([\w-]{43})$/.exec(header ?? '') ?? [];
  const key = ring.find(id);
  if (!key || Math.abs(now.getTime() - Number(at)) > FRESH_MS) return false;
  return timingSafeEqual(Buffer.from(given, 'base64url'), mac(key, at, question));
}

function mac(key: Uint8Array, at: string, question: string): Buffer {
  return createHmac('sha256', key).update(`postern/peer\0${at}\0${question}`).digest();
}
