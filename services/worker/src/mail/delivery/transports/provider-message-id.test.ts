import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providerMessageId } from './provider-message-id.ts';

describe("a provider's id of a mail", () => {
  it('is the same in the reply of SES over SMTP and in its notifications', () => {
    const inNotification = '0100018b5c3c0a4f-aaaa-000000';
    expect(providerMessageId(`<${inNotification}@eu-central-1.amazonses.com>`)).toBe(inNotification);
    expect(providerMessageId(`<${inNotification}@email.amazonses.com>`)).toBe(inNotification);
    expect(providerMessageId(inNotification)).toBe(inNotification);
  });

  it('keeps the host of every other provider, which may be what distinguishes two ids', () => {
    expect(providerMessageId('<AB12@EUR01.prod.outlook.com>')).toBe('AB12@EUR01.prod.outlook.com');
    expect(providerMessageId('<1@notamazonses.com>')).toBe('1@notamazonses.com');
  });

  it('is not there where a reply names none, or one that the ledger cannot hold', () => {
    expect(providerMessageId(undefined)).toBeUndefined();
    expect(providerMessageId('<>')).toBeUndefined();
    expect(providerMessageId('x'.repeat(256))).toBeUndefined();
  });

  it('stays as it is when it is made again from what was kept', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const kept = providerMessageId(`<${text}>`);
        expect(providerMessageId(kept)).toBe(kept);
      }),
    );
  });
});
