import { describe, expect, it } from 'vitest';
import { Terminal } from '../terminal.ts';
import { findPlayground } from './find-playground.ts';
import { readOptions } from './options.ts';

describe('a part elsewhere', () => {
  it.each(['localhost:3000', 'ftp://x', 'http://user:hunter2@x', 'http://x?a', 'http://x/path'])(
    'is named by a URL that can be used, unlike %s',
    async (url) => {
      const good = 'http://127.0.0.1:8025';
      for (const [GATEWAY_URL, INBOX_URL] of [
        [url, good],
        [good, url],
      ]) {
        const found = findPlayground(new Terminal(process.stdout), { GATEWAY_URL, INBOX_URL });
        await expect(found).rejects.toThrow(/^(GATEWAY|INBOX)_URL has to be a URL such as http:(?!.*hunter2)/);
      }
    },
  );

  it.each(['localhost:9324', 'ftp://x', 'http://user:hunter2@x', 'http://x?a', 'http://x#a'])(
    'is not a queue at %s',
    (url) => {
      expect(() => readOptions({}, { SQS_ENDPOINT: url }, '/tmp')).toThrow(
        /^SQS_ENDPOINT: expected a URL (?!.*hunter2)/,
      );
    },
  );
});
