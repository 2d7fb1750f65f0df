import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HandlerTimeoutError } from '@postern/sqs';
import { expect, it } from 'vitest';
import { callOutside, tracedFetch } from './call-outside.ts';

const { signal } = new AbortController();
const url = 'https://carrier.example.com/bookings?key=secret';

function answering(status: number, headers: Record<string, string> = {}) {
  const asked: RequestInit[] = [];
  const send = async (_url: string | URL, options: RequestInit = {}) => {
    asked.push(options);
    return new Response('{}', { status, headers });
  };
  return { asked, call: callOutside(signal, send) };
}

it('sends JSON by POST, and hands over the answer of a success', async () => {
  const { asked, call } = answering(201);
  const response = await call(url, { headers: { 'idempotency-key': 'a' }, json: { n: 1 } });
  expect(response.status).toBe(201);
  const [{ method, body, headers } = {}] = asked;
  expect([method, body]).toEqual(['POST', '{"n":1}']);
  expect(Object.fromEntries(new Headers(headers))).toEqual({
    'content-type': 'application/json',
    'idempotency-key': 'a',
  });
});

it.each([
  [{ 'retry-after': '120' }, 120_000],
  [{ 'retry-after': '0' }, 1_000],
  [{ 'retry-after': '999999' }, 3_600_000],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 1_000],
  [{ 'retry-after': 'soon' }, 60_000],
  [{}, 60_000],
])('waits for a server that asks for time with %j', async (headers, delayMs) => {
  const { call } = answering(429, headers as Record<string, string>);
  await expect(call(url)).rejects.toMatchObject({ name: 'RetryLater', delayMs });
});

it.each([400, 410, 422])('gives up what is refused for good with %i', async (status) => {
  await expect(answering(status).call(url)).rejects.toMatchObject({
    name: 'PermanentError',
    reason: 'outside-refused',
  });
});

it('follows nobody elsewhere, unless it is told to', async () => {
  const { asked, call } = answering(200);
  await call(url, { json: {} });
  await call(url, { redirect: 'follow' });
  expect(asked.map(({ redirect }) => redirect)).toEqual(['manual', 'follow']);
});

it.each([307, 401, 404, 408, 409, 500, 503])(
  'fails the try that is answered %i, and names no more than the host',
  async (status) => {
    await expect(answering(status).call(url)).rejects.toThrow(new Error(`carrier.example.com answered ${status}`));
  },
);

it('hands the trace of the message on, and leaves one that the caller gives', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const own = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  const sent: (string | null)[] = [];
  const send = async (_url: string | URL, options: RequestInit = {}) => {
    sent.push(new Headers(options.headers).get('traceparent'));
    return new Response('{}');
  };
  await callOutside(signal, tracedFetch(traceparent, send))(url, { json: {} });
  await callOutside(signal, tracedFetch(traceparent, send))(url, { headers: { traceparent: own } });
  await callOutside(signal, tracedFetch(undefined, send))(url);
  expect(sent).toEqual([traceparent, own, null]);
});

it('ends with the try', async () => {
  const { asked, call } = answering(200);
  await call(url);
  expect(asked[0]?.signal).toBe(signal);
  const own = new AbortController();
  await call(url, { signal: own.signal });
  own.abort();
  expect(asked[1]?.signal?.aborted).toBe(true);
});

/** What is said of a call, with its causes. */
async function failureOf(address: string, options: { signal?: AbortSignal; ends?: AbortSignal } = {}): Promise<string> {
  const call = callOutside(options.ends ?? signal, fetch);
  const error: Error = await call(address, options.signal ? { signal: options.signal } : {}).then(
    () => expect.unreachable('it was answered'),
    (it) => it,
  );
  const said = [error.message, String(error.cause ?? ''), error.stack].join('\n');
  expect(said).not.toMatch(/secret|bookings/);
  return error.message;
}

/** A server that answers nothing, while `work` runs. */
async function silent(work: (address: string, port: number) => Promise<void>): Promise<void> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await work(`http://127.0.0.1:${port}/bookings?key=secret`, port).finally(() => {
    server.close();
    server.closeAllConnections();
  });
}

it('names the host that refused the connection', async () => {
  const closed: string[] = [];
  await silent(async (address) => void closed.push(address));
  const [address = ''] = closed;
  expect(await failureOf(address)).toContain(`${new URL(address).host} did not answer: ECONNREFUSED`);
});

it.each([
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND carrier.example.com', 'ENOTFOUND (getaddrinfo ENOTFOUND carrier.example.com)'],
  ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error', 'timed out, UND_ERR_HEADERS_TIMEOUT (Headers Timeout Error)'],
  [undefined, 'unknown scheme', 'unknown scheme'],
])('names the host and the cause of a failed call: %s', async (code, message, why) => {
  const cause = Object.assign(new Error(message), code && { code });
  const call = callOutside(signal, () => Promise.reject(new TypeError('fetch failed', { cause })));
  await expect(call(url)).rejects.toMatchObject({ message: `carrier.example.com did not answer: ${why}`, cause });
});

it('names the host that was waited for when the time was over, of the call itself or of the try', () =>
  silent(async (address, port) => {
    expect(await failureOf(address, { signal: AbortSignal.timeout(1) })).toBe(
      `127.0.0.1:${port} did not answer: timed out`,
    );
    const ends = AbortSignal.abort(new HandlerTimeoutError(10_000));
    const said = await failureOf(address, { ends });
    expect(said).toBe(`The handler did not end within 10000 ms: 127.0.0.1:${port} did not answer`);
  }));

it('quotes no address that cannot be called', async () => {
  expect(await failureOf('secret/bookings')).toBe('the address that was to be called is not a URL');
  expect(await failureOf('https://ann:secret@carrier.example.com/bookings')).toContain('nothing was sent');
});
