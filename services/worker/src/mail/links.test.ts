import { readLinkToken, readUnsubscribeToken } from '@postern/events';
import { expect, it } from 'vitest';
import { createMailLinks, linkPaths } from './links.ts';

const key = Buffer.alloc(32, 7);
const tokenId = '01981f00-0000-7000-8000-000000000001';
const recipient = Buffer.alloc(32, 1);

it.each(Object.keys(linkPaths) as (keyof typeof linkPaths)[])(
  'makes a %s link that the gateway can read',
  (purpose) => {
    const url = new URL(
      createMailLinks({ key, publicUrl: 'https://api.example.com' })(recipient).build(purpose, tokenId),
    );
    expect(url.origin).toBe('https://api.example.com');
    expect(readLinkToken(key, purpose, url.searchParams.get('token') ?? '')).toBe(tokenId);
  },
);

it('leads to the front end where there is one, below its path', () => {
  const linksFor = createMailLinks({ key, publicUrl: 'https://api.example.com', appUrl: 'https://example.com/app/' });
  const links = linksFor(recipient);
  expect(links.home).toBe('https://example.com/app/');
  expect(links.build('verify-email', tokenId)).toMatch(/^https:\/\/example\.com\/app\/verify-email\?token=/);
});

it('unsubscribes at the gateway, which reads from the link who from what, also where there is a front end', () => {
  const linksFor = createMailLinks({ key, publicUrl: 'https://api.example.com/x', appUrl: 'https://example.com' });
  const url = new URL(linksFor(recipient).unsubscribe('news'));
  expect(`${url.origin}${url.pathname}`).toBe('https://api.example.com/x/unsubscribe');
  expect(readUnsubscribeToken(key, url.searchParams.get('token') ?? '')).toEqual({ recipient, mail: 'news' });
});
