import type { IncomingHttpHeaders } from 'node:http';
import { FakeClock } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.ts';
import { CookieMode } from './cookie-mode.ts';

const app = 'https://app.example.com';
const options = { origins: [app, 'https://admin.example.com:8443'], secure: true, deviceSeconds: 60 };
const mode = new CookieMode(options, new FakeClock());

/** What a request with `Session-Mode: cookie` is answered: `cookies`, or the problem's type. */
function answer(method: string, headers: IncomingHttpHeaders, of = mode): string {
  try {
    return of.of(method, { 'session-mode': 'cookie', ...headers }) ? 'cookies' : 'none';
  } catch (error) {
    return error instanceof ProblemError ? error.type : String(error);
  }
}

describe('a request that says Session-Mode: cookie', () => {
  it.each<[string, string, IncomingHttpHeaders]>([
    ['a page of a listed origin that changes something', 'POST', { origin: app }],
    ['one on another port', 'DELETE', { origin: 'https://admin.example.com:8443', 'sec-fetch-site': 'same-site' }],
    ['one that reads across origins', 'GET', { origin: app, 'sec-fetch-site': 'same-site' }],
    ['one that reads from its own origin', 'GET', { 'sec-fetch-site': 'same-origin' }],
    ['a browser without Fetch Metadata that reads from its own origin', 'GET', {}],
    ['one that asks for headers alone', 'HEAD', { 'sec-fetch-site': 'same-origin' }],
  ])('is accepted from %s', (_who, method, headers) => {
    expect(answer(method, headers)).toBe('cookies');
  });

  it.each<[string, string, IncomingHttpHeaders]>([
    ['an origin that is not listed', 'POST', { origin: 'https://evil.example' }],
    ['a neighbour of a listed one', 'POST', { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-site' }],
    ['one that begins like a listed one', 'POST', { origin: 'https://app.example.com.evil.example' }],
    ['one that ends like a listed one', 'POST', { origin: 'https://evilapp.example.com' }],
    ['a listed host in the clear', 'POST', { origin: 'http://app.example.com' }],
    ['a listed host on another port', 'POST', { origin: 'https://app.example.com:8443' }],
    ['a listed one in other letters', 'POST', { origin: 'https://APP.example.com' }],
    ['a listed one with a slash', 'POST', { origin: `${app}/` }],
    ['a listed one with a dot', 'POST', { origin: 'https://app.example.com.' }],
    ['two origins at once', 'POST', { origin: `${app}, https://evil.example` }],
    ['a sandboxed page', 'POST', { origin: 'null' }],
    ['a page that hides its origin', 'GET', { origin: 'null' }],
    ['nobody knows where, and changes something', 'POST', {}],
    ['nobody knows where, its browser says its own', 'PUT', { 'sec-fetch-site': 'same-origin' }],
    ['a neighbour that reads and shows no origin', 'GET', { 'sec-fetch-site': 'same-site' }],
    ['another site that reads and shows no origin', 'GET', { 'sec-fetch-site': 'cross-site' }],
    ['the address bar', 'GET', { 'sec-fetch-site': 'none' }],
    ['a listed origin of another site', 'POST', { origin: app, 'sec-fetch-site': 'cross-site' }],
  ])('is refused from %s', (_who, method, headers) => {
    expect(answer(method, headers)).toBe('cookie-session-refused');
  });

  it('is refused where no origin is listed', () => {
    const off = new CookieMode({ ...options, origins: [] }, new FakeClock());
    expect(answer('POST', { origin: app }, off)).toBe('cookie-session-refused');
    expect(answer('GET', {}, off)).toBe('cookie-session-refused');
  });

  it.each(['Cookie', 'bearer', '', 'cookie, cookie', 'true'])('is not a request in the mode %j', (given) => {
    expect(answer('POST', { origin: app, 'session-mode': given })).toBe('malformed-request');
  });

  it('is refused beside an access token: one of the two would not be looked at', () => {
    expect(answer('POST', { origin: app, authorization: 'Bearer x' })).toBe('malformed-request');
  });
});

it('cookies of a request that does not say so count for nothing, wherever it comes from', () => {
  for (const origin of [app, 'https://evil.example', undefined]) {
    expect(mode.of('POST', { cookie: '__Host-postern_access=x', ...(origin ? { origin } : {}) })).toBeUndefined();
  }
});
