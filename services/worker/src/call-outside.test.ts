import { expect, it } from 'vitest';
import { callOutside } from './call-outside.ts';

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

it.each([401, 404, 408, 409, 500, 503])(
  'fails the try that is answered %i, and names no more than the host',
  async (status) => {
    await expect(answering(status).call(url)).rejects.toThrow(new Error(`carrier.example.com answered ${status}`));
  },
);

it('ends with the try', async () => {
  const { asked, call } = answering(200);
  await call(url);
  expect(asked[0]?.signal).toBe(signal);
  const own = new AbortController();
  await call(url, { signal: own.signal });
  own.abort();
  expect(asked[1]?.signal?.aborted).toBe(true);
});
