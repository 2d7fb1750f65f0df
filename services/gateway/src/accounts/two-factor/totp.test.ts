import { describe, expect, it } from 'vitest';
import { newTotpSecret, totpCode, totpStep, totpUri } from './totp.ts';

/** RFC 6238, appendix B: the secret of the SHA-1 vectors, whose codes end in these six digits. */
const SECRET = Buffer.from('12345678901234567890');

describe('TOTP', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('has the code of the standard at second %i', (second, code) => {
    const now = new Date(second * 1000);
    expect(totpCode(SECRET, now)).toBe(code);
    expect(totpStep(SECRET, code, now)).toBe(Math.floor(second / 30));
  });

  it('accepts the codes of the step before and after, and reports which step it was', () => {
    const now = new Date(1_111_111_111_000);
    const step = Math.floor(1_111_111_111 / 30);
    for (const delta of [-1, 0, 1]) {
      expect(totpStep(SECRET, totpCode(SECRET, new Date(now.getTime() + delta * 30_000)), now)).toBe(step + delta);
    }
    for (const delta of [-2, 2]) {
      expect(totpStep(SECRET, totpCode(SECRET, new Date(now.getTime() + delta * 30_000)), now)).toBeUndefined();
    }
  });

  it('describes itself to an app', () => {
    const { uri, base32 } = totpUri(SECRET, 'ada@example.com', 'accounts.example.com');
    expect(base32).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    const parsed = new URL(uri);
    expect([parsed.protocol, parsed.host]).toEqual(['otpauth:', 'totp']);
    expect(Object.fromEntries(parsed.searchParams)).toMatchObject({ secret: base32, issuer: 'accounts.example.com' });
  });

  it('makes secrets of 160 bits', () => {
    expect(newTotpSecret()).toHaveLength(20);
  });
});
