import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { requireOwnForm } from './own-form.ts';

const send = (headers: IncomingHttpHeaders) =>
  requireOwnForm({ host: 'Gateway:3000', ...headers }, 'https://accounts.example.com');

describe('a form', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    [
      'our own page in a browser without Fetch Metadata, which has no Origin as it sends no referrer',
      { origin: 'null' },
    ],
    ['our own page, whose Origin is known', { origin: 'https://accounts.example.com' }],
    ['a page of the host that was asked', { origin: 'http://gateway:3000' }],
    ['a neighbour of the product', { 'sec-fetch-site': 'same-site', origin: 'https://www.example.com' }],
    ['what is no browser', {}],
  ])('is accepted from %s', (_who, headers) => {
    expect(() => send(headers)).not.toThrow();
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another site that hides its Origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['another site, in a browser without Fetch Metadata', { origin: 'https://evil.example' }],
    ['a site that begins like ours', { origin: 'https://accounts.example.com.evil.example' }],
    ['what names no origin', { origin: 'accounts.example.com' }],
  ])('is refused from %s', (_who, headers) => {
    expect(() => send(headers)).toThrow('The form was sent by a page of another site.');
  });
});
