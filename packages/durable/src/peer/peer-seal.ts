import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretRing } from '@postern/runtime';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A text that is nobody's who overhears the question: AES-256-GCM under a key derived from the writing one, after that one's id. */
export function seal({ writing }: SecretRing, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(writing.bytes), nonce);
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${writing.id}.${sealed.toString('base64url')}`;
}

/** What was sealed with one of the keys; undefined for anything else. */
export function unseal(ring: SecretRing, sealed: string): string | undefined {
  const [, id = '', text = ''] = /^([\w-]{1,20})\.([\w-]+)$/.exec(sealed) ?? [];
  const [key, bytes] = [ring.find(id), Buffer.from(text, 'base64url')];
  if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)) + decipher.final('utf8');
  } catch {
    // Of another key, or changed on its way: nothing that anybody asked.
    return undefined;
  }
}

function sealingKey(bytes: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', 'postern/peer/seal', 32));
}
