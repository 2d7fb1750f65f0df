import { readLinkToken } from '@postern/events';
import { expect, it } from 'vitest';
import { createMailLinks, linkPaths } from './links.ts';

const key = Buffer.alloc(32, 7);
const tokenId = '01981f00-0000-7000-8000-000000000001';

it.each(Object.keys(linkPaths) as (keyof typeof linkPaths)[])(
  'makes a %s link that the gateway can read',
  (purpose) => {
    const url = new URL(createMailLinks({ key, publicUrl: 'https://api.example.com' }).build(purpose, tokenId));
    expect(url.origin).toBe('https://api.example.com');
    expect(readLinkToken(key, purpose, url.searchParams.get('token') ?? '')).toBe(tokenId);
  },
);

it('leads to the front end where there is one, below its path', () => {
  const links = createMailLinks({ key, publicUrl: 'https://api.example.com', appUrl: 'https://example.com/app/' });
  expect(links.home).toBe('https://example.com/app/');
  expect(links.build('verify-email', tokenId)).toMatch(/^https:\/\/example\.com\/app\/verify-email\?token=/);
});
