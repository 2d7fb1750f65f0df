import { CommitOutcomeUnknown } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unavailable } from '../src/http/problems.ts';
import { defineRoute, type Route } from '../src/http/route.ts';
import { htmlAnswer, page, readerOf } from '../src/pages/page.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

/** What Firefox and Chromium send when somebody opens a page. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const FORM = { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' };

const faults: Record<string, () => Error> = {
  broken: () => new Error('<b>secret</b>'),
  away: () => Unavailable.error({ headers: { 'retry-after': '600' } }),
  lost: () => new CommitOutcomeUnknown('the reply to COMMIT was lost'),
};

function pages(): Route[] {
  const own = { tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  const failing = Object.entries(faults).map(([name, make]) =>
    defineRoute({
      ...own,
      ...{ method: 'get', path: `/${name}`, operationId: name, summary: name },
      handle: () => Promise.reject(make()),
    }),
  );
  const limited = (method: 'get' | 'post') =>
    defineRoute({
      ...own,
      ...{ method, path: '/often', operationId: `${method}Often`, summary: 'A page with a limit' },
      limits: [{ name: `often-${method}`, per: 'everyone', max: 1, windowSeconds: 60 }],
      handle: async ({ context }) => page(readerOf(context), { status: 200, title: 'Here it is', content: '' }),
    });
  const lost = defineRoute({
    ...own,
    ...{ method: 'post', path: '/lost', operationId: 'submitLost', summary: 'lost' },
    handle: () => Promise.reject(faults.lost?.()),
  });
  const operation = defineRoute({
    ...{ method: 'get', path: '/v1/broken', operationId: 'brokenOperation', summary: 'No page', tags: ['test'] },
    auth: 'none',
    responses: { 204: { description: 'Never.' } },
    handle: () => Promise.reject(new Error('broken')),
  });
  return [...failing, limited('get'), limited('post'), lost, operation];
}

let http: TestHttp;

beforeAll(async () => {
  http = await startTestHttp(pages());
});
afterAll(() => http.close());

it('what only reads is unavailable when its COMMIT has no answer: there is nothing to check, and it can be asked for again', async () => {
  const answer = await http.send('GET', '/lost');
  expect([answer.status, answer.json.type]).toEqual([503, expect.stringMatching(/unavailable$/)]);
});

describe('what a browser is answered on a page that cannot be served', () => {
  it.each([
    ['GET', '/broken', 500, 'error on our side', undefined],
    ['GET', '/away', 503, 'try again in 10 minutes', '600'],
    ['GET', '/lost', 503, 'Try again', expect.any(String)],
    ['POST', '/lost', 503, 'that shows whether it was', expect.any(String)],
    ['GET', '/nowhere', 404, 'This page does not exist', undefined],
  ])('%s %s is a page that reports what to do', async (method, path, status, advice, retryAfter) => {
    const answer = await http.send(method, path, undefined, method === 'GET' ? BROWSER : FORM);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('retry-after') ?? undefined).toEqual(retryAfter);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'sha256-");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).toContain(advice);
    expect(answer.text).toContain(answer.headers.get('x-request-id'));
    expect(answer.text).not.toContain('secret');
  });

  it('too often is a page that reports when to try again, by a link or by the form', async () => {
    await http.send('GET', '/often', undefined, BROWSER);
    const opened = await http.send('GET', '/often', undefined, BROWSER);
    expect([opened.status, Number(opened.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(opened.text).toMatch(/try again in \d+ seconds?\./);
    expect(opened.text).toContain('<a href="">Try again</a>');
    await http.send('POST', '/often', undefined, FORM);
    const sent = await http.send('POST', '/often', undefined, FORM);
    expect([sent.status, sent.text.includes('go back in your browser')]).toEqual([429, true]);
    expect(sent.text).not.toContain('<a ');
  });
});

describe('what a program is answered', () => {
  it('to a change whose COMMIT has no answer is that nobody knows its outcome', async () => {
    const { status, headers, json } = await http.send('POST', '/lost');
    expect([status, json.type]).toEqual([503, 'https://accounts.example.com/problems/outcome-unknown']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([undefined, '*/*', 'text/html;q=0.5, */*'])('on a page is a problem as JSON: Accept %s', async (accept) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const { status, json } = await http.send('GET', '/broken', undefined, headers);
    expect([status, json.type]).toEqual([500, 'https://accounts.example.com/problems/internal-error']);
  });

  it.each(['/v1/broken', '/v1/nowhere'])('at an operation is a problem as JSON, a browser or not: %s', async (path) => {
    const { headers, json } = await http.send('GET', path, undefined, BROWSER);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json.request_id).toBe(headers.get('x-request-id'));
  });
});
