import { expect, it } from 'vitest';
import { defineRoute } from '../src/http/route.ts';
import { startTestHttp } from './http-harness.ts';

/** More than may wait for SQLite's one connection; a pool on a server takes more than a test's server lets in. */
const CROWD = 900;

it.skipIf(process.env.TEST_DATABASE_URL)(
  'a crowd that the database does not keep up with is refused at once, with one line in the log and not one for each',
  async () => {
    const gate = Promise.withResolvers<void>();
    const slow = defineRoute({
      tags: ['notes'],
      summary: 'A note',
      auth: 'none',
      method: 'get',
      path: '/v1/slow',
      operationId: 'getSlow',
      responses: { 204: { description: 'Done.' } },
      handle: ({ transaction }) =>
        transaction(async () => {
          await gate.promise;
          return { status: 204 };
        }),
    });
    const http = await startTestHttp([slow]);
    const answers: { status: number; retryAfter: number }[] = [];
    const asked = Array.from({ length: CROWD }, async () => {
      const { status, headers } = await http.send('GET', '/v1/slow');
      answers.push({ status, retryAfter: Number(headers.get('retry-after')) });
    });
    const ended = Promise.allSettled(asked);
    await expect.poll(() => answers.length).toBeGreaterThan(100);
    expect(answers.every(({ status, retryAfter }) => status === 503 && retryAfter === 5)).toBe(true);
    gate.resolve();
    await ended;
    expect(answers.some(({ status }) => status === 204)).toBe(true);
    expect(http.logger.lines.filter(({ level }) => level === 'warn').length).toBeLessThan(5);
    await http.close();
  },
);
