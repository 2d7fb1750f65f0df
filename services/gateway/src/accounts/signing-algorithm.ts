import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** What access tokens may be signed with: Ed25519 (RFC 8037, 3.1) or ECDSA with P-256 (RFC 7518, 3.4). No other is ever accepted. */
export const SIGNING_ALGORITHMS = ['EdDSA', 'ES256'] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export function generateSigningPair(algorithm: SigningAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** The one algorithm that a key signs and verifies with, whatever the header of a token says (RFC 8725, 3.1). */
export function algorithmOf({ asymmetricKeyType }: KeyObject): SigningAlgorithm {
  return asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256';
}
