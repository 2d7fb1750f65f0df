import { describe, expect, it } from 'vitest';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';

describe('recovery codes', () => {
  it('are ten, all different, in groups that can be read out', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{7}-){3}[0-9A-HJKMNP-TV-Z]{7}$/);
  });

  it('are the same however they are typed', () => {
    const hash = hashRecoveryCode('10ABCD-EFGHJK-MNPQRS-TVWXYZ');
    for (const typed of ['10abcd efghjk mnpqrs tvwxyz', 'IOABCDEFGHJKMNPQRSTVWXYZ', ' lo-abcdefghjk-mnpqrstvwxyz ']) {
      expect(hashRecoveryCode(typed)).toEqual(hash);
    }
    expect(hashRecoveryCode('10ABCD-EFGHJK-MNPQRS-TVWXY0')).not.toEqual(hash);
  });
});
