import type { Brand } from '../layout/brand.ts';
import type { MailLinks } from '../links.ts';

/** A brand with all that a mail can show of one. */
export const sampleBrand: Brand = { name: 'Postern', supportAddress: 'help@example.com' };

/** Links for pages that nobody follows: they have the length and the shape of real ones, and no secret. */
export const sampleLinks: MailLinks = {
  home: 'https://app.example.com',
  build: (purpose, tokenId) =>
    `https://app.example.com/${purpose}?token=${Buffer.from(`sample:${tokenId}`).toString('base64url').padEnd(64, 'x')}`,
  unsubscribe: (mail) =>
    `https://accounts.example.com/unsubscribe?token=${Buffer.from(`sample:${mail}`).toString('base64url').padEnd(100, 'x')}`,
};
