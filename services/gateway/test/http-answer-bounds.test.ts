import { connect, type Socket } from 'node:net';
import { MemoryLogger } from '@postern/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../src/http/route.ts';
import { startHttpServer } from '../src/http/server.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

const MAX_PROBLEM_BYTES = 16_384;
const MEBIBYTE = 1_048_576;

const large = { body: Buffer.alloc(64 * MEBIBYTE, 'x'), begun: 0 };
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

const note = z.strictObject({
  text: z.string().min(1),
  tags: z.array(z.strictObject({ name: z.string().max(3) })).optional(),
});
const base = { tags: ['notes'], summary: 'A note', auth: 'none' } as const;
const operations = [
  defineRoute({
    ...base,
    method: 'post',
    path: '/v1/notes',
    operationId: 'addNote',
    body: note,
    query: z.strictObject({ limit: z.coerce.number().optional() }),
    responses: { 204: { description: 'Done.' } },
    handle: async () => ({ status: 204 }),
  }),
  defineRoute({
    ...base,
    method: 'get',
    path: '/v1/large',
    operationId: 'getLarge',
    responses: {
      200: { description: 'More than the kernel keeps for whoever does not read.', contentType: 'text/plain' },
    },
    handle: async () => {
      large.begun += 1;
      return { status: 200, body: large.body };
    },
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations);
});
afterAll(() => http.close());

const post = (body: string, query = '') =>
  http.send('POST', `/v1/notes${query}`, body, { 'content-type': 'application/json' });

/** As much of `unit` as fits into a body around it. */
const full = (before: string, unit: string, after: string) =>
  before + unit.repeat(Math.floor((16_300 - before.length - after.length) / unit.length)) + after;

describe('a problem is no larger than the request that made it could be', () => {
  it.each([
    ['a long name full of tildes over many lone surrogates', full(`{"${'~'.repeat(8_000)}":[`, '"\\ud800",', '1]}')],
    ['a lone surrogate 5,000 brackets deep', `${'['.repeat(5_000)}"\\ud800"${']'.repeat(5_000)}`],
    ['unknown names', `{${Array.from({ length: 1_900 }, (_, index) => `"${index}":1`).join()}}`],
    ['one unknown name of 16 KB', `{"${'~'.repeat(16_000)}":1}`],
    [
      'unknown names that JSON has to escape',
      `{${Array.from({ length: 60 }, (_, i) => `"${'\\u0001'.repeat(40)}${i}":1`).join()}}`,
    ],
    ['faults in thousands of items', full('{"text":"a","tags":[', '{"x":1},', '{}]}')],
  ])('%s', async (_name, body) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(16_384);
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(MAX_PROBLEM_BYTES);
    expect(answer.json.errors.length).toBeGreaterThan(0);
    for (const { pointer } of answer.json.errors) expect(pointer).toMatch(/^(\/([^~]|~[01])*)?$/);
  });

  it('thousands of parameters', async () => {
    expect((await post('{"text":"a"}', `?${'a&'.repeat(7_000)}`)).text.length).toBeLessThan(MAX_PROBLEM_BYTES);
    const names = Array.from({ length: 2_000 }, (_, index) => `a${index}`).join('&');
    expect((await post('{"text":"a"}', `?${names}`)).text.length).toBeLessThan(MAX_PROBLEM_BYTES);
  });

  it('whatever JSON is sent', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.constantFrom('~', '/', '\u0000', '😀').map((c) => c.repeat(2_000)),
    );
    const value = fc.oneof(fc.constant('\ud800'), fc.jsonValue(), fc.array(fc.constant('\udfff'), { maxLength: 500 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 20 }), async (body) => {
        const text = JSON.stringify(body);
        if (Buffer.byteLength(text) > 16_384) return;
        expect(Buffer.byteLength((await post(text)).text)).toBeLessThanOrEqual(MAX_PROBLEM_BYTES);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a client that asks and does not read', () => {
  /** Sends, never reads, and waits until the server has given up. */
  function askAndStare(port: number, text: string): Promise<void> {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.pause();
    return new Promise((resolve) => {
      socket.on('error', () => resolve());
      socket.once('close', () => resolve());
      // Only an attempt to write shows that the other side is gone while nothing is read.
      const probe = setInterval(() => socket.write('\r\n'), 20);
      socket.once('close', () => clearInterval(probe));
    });
  }

  it('is cut off, whether it asks for one answer or for many', async () => {
    const server = await startHttpServer(http.platform.app, {
      host: '127.0.0.1',
      port: 0,
      maxConnections: 100,
      problemBase: 'https://x/problems/',
      logger: new MemoryLogger(),
      limits: { answerTimeout: 100, connectionsCheckingInterval: 20 },
    });
    await Promise.all(Array.from({ length: 12 }, () => askAndStare(server.port, get('/v1/large'))));
    await askAndStare(server.port, get('/v1/large').repeat(20));
    await server.close(AbortSignal.timeout(2_000));
  });

  it('has one of its requests worked on, however many it sends', async () => {
    const before = large.begun;
    const socket = connect(http.port, '127.0.0.1', () => socket.write(get('/v1/large').repeat(20)));
    socket.pause();
    await expect.poll(() => large.begun).toBeGreaterThan(before);
    // What is read at once is there when another connection has its answer.
    for (let times = 0; times < 5; times++) await http.send('GET', '/openapi.json');
    expect(large.begun).toBe(before + 1);
    socket.destroy();
  });
});
