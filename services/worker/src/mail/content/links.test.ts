import { linkRecipient, readLinkToken, readUnsubscribeToken } from '@postern/events';
import { SecretRing } from '@postern/runtime';
import { expect, it } from 'vitest';
import { createMailLinks, linkPaths } from './links.ts';

const keys = SecretRing.of(Buffer.alloc(32, 7));
const tokenId = '01981f00-0000-7000-8000-000000000001';
const hash = Buffer.alloc(32, 1);
const recipient = { address: 'ann@example.com', hash };

it.each(Object.keys(linkPaths) as (keyof typeof linkPaths)[])(
  'makes a %s link that the gateway can read',
  (purpose) => {
    const url = new URL(
      createMailLinks({ keys, publicUrl: 'https://api.example.com' })(recipient).build(purpose, tokenId),
    );
    expect(url.origin).toBe('https://api.example.com');
    expect(readLinkToken(keys, purpose, url.searchParams.get('token') ?? '')).toEqual({
      id: tokenId,
      recipient: linkRecipient(tokenId, recipient.address),
    });
  },
);

it('leads to the front end where there is one, below its path', () => {
  const linksFor = createMailLinks({ keys, publicUrl: 'https://api.example.com', appUrl: 'https://example.com/app/' });
  const links = linksFor(recipient);
  expect(links.home).toBe('https://example.com/app/');
  expect(links.build('verify-email', tokenId)).toMatch(/^https:\/\/example\.com\/app\/verify-email\?token=/);
});

it('unsubscribes at the gateway, which reads from the link who from what, also where there is a front end', () => {
  const linksFor = createMailLinks({ keys, publicUrl: 'https://api.example.com/x', appUrl: 'https://example.com' });
  const url = new URL(linksFor(recipient).unsubscribe('news'));
  expect(`${url.origin}${url.pathname}`).toBe('https://api.example.com/x/unsubscribe');
  expect(readUnsubscribeToken(keys, url.searchParams.get('token') ?? '')).toEqual({ recipient: hash, mail: 'news' });
});
