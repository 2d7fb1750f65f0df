import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineRoute } from '../src/http/route.ts';
import { securityHeaders } from '../src/http/security-headers.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

const operations = [
  defineRoute({
    method: 'get',
    path: '/v1/ping',
    operationId: 'ping',
    summary: 'Ping',
    tags: ['ping'],
    auth: 'none',
    responses: { 204: { description: 'Pong.' } },
    handle: async () => {
      pings += 1;
      return { status: 204 };
    },
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations);
});
afterAll(() => http.close());

let pings = 0;
/** The whole answer to bytes on a connection, which is closed after them. */
function raw(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(http.port, '127.0.0.1', () => socket.end(`${head}\r\n\r\n`));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const paths = [
  'GET /v1/ping',
  'GET /v1/nowhere',
  'DELETE /v1/ping',
  'OPTIONS /v1/ping',
  'GET /v1/ping?a',
  'GET /%E0%A4%A',
];
const refused = [
  '',
  '\r\nHost: a\r\nHost: a',
  '\r\nHost: a\r\nhOST: b',
  '\r\nHost: a b/../',
  '\r\nHost: ',
  '\r\nHost: a/b',
  '\r\nHost: user@a',
  '\r\nHost: a, b',
  '\r\nHost: a:b',
  '\r\nHost: a:70000',
  '\r\nHost: [::1',
  '\r\nHost: [1:2]',
  '\r\nHost: a\u00e4',
  '\r\nHost: http://a',
  // What a proxy has looked at may be the one that Node drops.
  '\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b',
  '\r\nHost: a\r\nContent-Type: text/plain\r\nContent-type: application/json',
];

describe('what the parser refuses', () => {
  it('is answered with the headers of every answer', async () => {
    const answer = await raw('GET /v1/ping HTTP/1.1\r\nHost: a\r\nno header');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    for (const [name, value] of Object.entries(securityHeaders({ https: true }))) {
      expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
    }
  });
});

describe('more headers than Node looks at', () => {
  it('are refused: those behind them, such as what a proxy has added, would be dropped without a word', async () => {
    const others = Array.from({ length: 1_500 }, (_, index) => `\r\n${index.toString(36)}:`).join('');
    const answer = await raw(`GET /v1/ping HTTP/1.1\r\nHost: a${others}\r\nX-Forwarded-For: 203.0.113.7`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('headers-too-large');
  });
});

describe('a header that is not a host, or is there twice where it may be there once (RFC 9112, 3.2; RFC 9110, 5.3)', () => {
  it.each(refused)('is refused with a problem, whatever the path is: %j', async (host) => {
    for (const request of paths) {
      const answer = await raw(`${request} HTTP/1.1${host}`);
      expect(answer, request).toMatch(/^HTTP\/1.1 400 /);
      expect(answer, request).toContain('malformed-request');
      expect(answer.toLowerCase(), request).toContain('connection: close');
    }
  });

  it('is the last that is read of its connection: what follows is not carried out', async () => {
    const before = pings;
    const answer = await raw('GET /v1/ping HTTP/1.1\r\n\r\nGET /v1/ping HTTP/1.1\r\nHost: a');
    expect(answer.match(/^HTTP\/1.1 /gm)).toHaveLength(1);
    expect(pings).toBe(before);
  });

  it.each([
    'a',
    'a.example:8080',
    'a:',
    '127.0.0.1:3000',
    '[::1]:3000',
    '[2001:db8::1]',
    'xn--mller-kva.de',
    'a_b.local',
  ])('is accepted: %s', async (host) =>
    expect(await raw(`GET /v1/ping HTTP/1.1\r\nHost: ${host}`)).toMatch(/^HTTP\/1.1 204 /),
  );

  it('may be left out by HTTP/1.0, and may not be wrong there', async () => {
    expect(await raw('GET /v1/ping HTTP/1.0')).toMatch(/^HTTP\/1.1 204 /);
    expect(await raw('GET /v1/nowhere HTTP/1.0')).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw('GET /v1/ping HTTP/1.0\r\nHost: a\r\nHost: b')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw('GET /v1/ping HTTP/1.0\r\nHost: a b')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('may come with a target in absolute form', async () => {
    expect(await raw('GET http://a/v1/ping HTTP/1.1\r\nHost: a')).toMatch(/^HTTP\/1.1 204 /);
  });
});
