import { expect, it } from 'vitest';
import { spellingCheck } from './spelling-check.ts';

const KNOWN = ['SMTP_URL', 'SMTP_FALLBACK_URL', 'WORKER_CONCURRENCY', 'APP_URL'];

const looked = async (env: Record<string, string>) =>
  (await spellingCheck(KNOWN, env).run()).map(({ subject, level, todo }) => [subject, level, todo]);

it('warns of a variable that is nearly one of ours, and names it', async () => {
  expect(await looked({ SMTP_FALBACK_URL: 'x', WORKER_CONCURENCY_FILE: 'x', SMTP_URL: 'x' })).toEqual([
    ['SMTP_FALBACK_URL', 'warning', 'if SMTP_FALLBACK_URL is meant, rename it'],
    ['WORKER_CONCURENCY_FILE', 'warning', 'if WORKER_CONCURRENCY_FILE is meant, rename it'],
  ]);
});

it('leaves alone what is set right, what another program reads, and what lies between', async () => {
  const others = {
    PATH: 'x',
    APP_U: 'x',
    HTTPS_PROXY: 'x',
    SMTP_PORT: 'x',
    SMTP_URL: 'x',
    SMTP_URLS: 'x',
    NODE_ENV: 'x',
  };
  expect(await looked(others)).toEqual([['variables', 'ok', undefined]]);
});
