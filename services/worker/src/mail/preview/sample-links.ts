import type { MailLinks } from '../links.ts';

/** Links for pages that nobody follows: they have the length and the shape of real ones, and no secret. */
export const sampleLinks: MailLinks = {
  home: 'https://app.example.com',
  build: (purpose, tokenId) =>
    `https://app.example.com/${purpose}?token=${Buffer.from(`sample:${tokenId}`).toString('base64url').padEnd(64, 'x')}`,
  unsubscribe: (mail) =>
    `https://accounts.example.com/unsubscribe?token=${Buffer.from(`sample:${mail}`).toString('base64url').padEnd(100, 'x')}`,
};
