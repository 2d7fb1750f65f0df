import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { fetchFailure } from './fetch-failure.ts';
import { openServer } from './open-server.ts';

const failureOf = async (url: string, signal?: AbortSignal) =>
  fetchFailure(
    await fetch(url, signal ? { signal } : {}).then(
      () => expect.unreachable('it was answered'),
      (it) => it,
    ),
  );

describe('why a call failed', () => {
  it('is that the connection was refused, with the code', async () => {
    const server = await openServer(createServer(), 0, '127.0.0.1');
    await server.close();
    expect(await failureOf(`http://127.0.0.1:${server.port}/?key=secret`)).toMatch(/^ECONNREFUSED \(connect /);
  });

  it('is that its time was over', async () => {
    expect(await failureOf('http://127.0.0.1:1', AbortSignal.abort(new DOMException('late', 'TimeoutError')))).toBe(
      'timed out',
    );
  });

  it.each([
    ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error', 'timed out, UND_ERR_HEADERS_TIMEOUT (Headers Timeout Error)'],
    [undefined, 'unexpected redirect', 'unexpected redirect'],
  ])('is in the cause of the error: %s', (code, message, why) => {
    const cause = Object.assign(new Error(message), code && { code });
    expect(fetchFailure(new TypeError('fetch failed', { cause }))).toBe(why);
  });

  it.each([
    ['secret/bookings', 'ERR_INVALID_URL (Invalid URL)'],
    ['https://ann:secret@carrier.example.com/bookings', 'nothing was sent, as fetch refuses the URL or an option'],
  ])('quotes nothing of a URL that fetch refuses: %s', async (url, why) => {
    expect(await failureOf(url)).toBe(why);
  });

  it('is the message of any other error', () => {
    expect(fetchFailure(new Error('its answer is longer than 10 bytes'))).toBe('its answer is longer than 10 bytes');
  });
});
