import { describe, expect, it } from 'vitest';
import { readHttpUrl } from './http-url.ts';

const wrong = [
  '',
  'localhost:3000',
  'accounts.example.com',
  'ftp://x',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http:',
  'http://',
  'http:example.com',
  'http:\\\\example.com',
  'http://a b',
  ' https://example.com',
  'https://user@example.com',
  'https://user:hunter2@example.com',
  'https://@example.com',
  'https://example.com?a=b',
  'https://example.com/?',
  'https://example.com/#',
  'https://example.com:99999',
  'http://[::1',
];

describe('the URL of something that is spoken to by HTTP', () => {
  it.each(wrong)('is not %j', (text) => {
    for (const path of [true, false]) {
      const { url, fault } = readHttpUrl(text, { path });
      expect(url).toBeUndefined();
      expect(fault).not.toContain('hunter2');
    }
  });

  it('is one origin however it is written, where it has no path', () => {
    for (const text of ['https://Example.com', 'https://example.com/', 'HTTPS://example.com:443']) {
      expect(readHttpUrl(text, { path: false }).url).toBe('https://example.com');
    }
    expect(readHttpUrl('http://[::1]:3000', { path: false }).url).toBe('http://[::1]:3000');
  });

  it('has a path only where one works', () => {
    expect(readHttpUrl('https://example.com/app', { path: false }).fault).toContain('path');
    expect(readHttpUrl('https://example.com/app/', { path: true }).url).toBe('https://example.com/app/');
  });
});
