import { ConfigError } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const good = {
  DATABASE_URL: 'mysql://root@127.0.0.1/postern',
  AWS_REGION: 'eu-central-1',
  PUBLIC_URL: 'https://accounts.example.com',
  LINK_KEY: key,
  GATEWAY_ENVELOPE_KEY: key,
  KEY_ENCRYPTION_KEY: key,
};

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig({ ...good, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs little: the rest has defaults', () => {
    const { env, tls } = readConfig(good);
    expect(env).toMatchObject({ GATEWAY_PORT: 3000, GATEWAY_OPS_PORT: 3001, TRUST_PROXY: 0, QUEUE_PREFIX: 'postern-' });
    expect(env).toMatchObject({ QUEUE_CREATE: false, CORS_ORIGINS: [], SHUTDOWN_GRACE_MS: 30_000, LOG_LEVEL: 'info' });
    expect(tls).toBeUndefined();
  });

  it('lets a second factor be guessed at 100 times at most', () => {
    expect(readConfig(good).env.TWO_FACTOR_TRIES).toBe(100);
    expect(problemsOf({ TWO_FACTOR_TRIES: '101' })).toHaveLength(1);
  });

  it('accepts origins separated by commas, and nothing that is more than an origin', () => {
    const origins = 'https://a.example.com, http://localhost:5173';
    expect(readConfig({ ...good, CORS_ORIGINS: origins }).env.CORS_ORIGINS).toEqual([
      'https://a.example.com',
      'http://localhost:5173',
    ]);
    for (const wrong of ['*', 'https://a.example.com/', 'a.example.com', 'https://*.example.com']) {
      expect(problemsOf({ CORS_ORIGINS: wrong }), wrong).toHaveLength(1);
    }
  });

  it('lets cookies of sessions go over HTTPS alone, but on one’s own machine', () => {
    const secure = { PUBLIC_URL: 'https://api.example.com', COOKIE_ORIGINS: 'https://app.example.com' };
    const local = { PUBLIC_URL: 'http://localhost:3000', COOKIE_ORIGINS: 'http://localhost:5173' };
    for (const fields of [secure, local, { ...local, PUBLIC_URL: 'http://127.0.0.1:3000' }]) {
      expect(problemsOf(fields)).toEqual([]);
    }
    for (const fields of [
      { ...secure, PUBLIC_URL: 'http://api.example.com' },
      { ...secure, COOKIE_ORIGINS: 'http://app.example.com' },
      { ...local, COOKIE_ORIGINS: 'http://localhost.example.com' },
      { ...secure, COOKIE_ORIGINS: '*' },
    ]) {
      expect(problemsOf(fields), JSON.stringify(fields)).toEqual([expect.stringMatching(/^COOKIE_ORIGINS: expected/)]);
    }
  });

  it('reports all configuration errors together, with what was expected and without the value', () => {
    const problems = problemsOf({
      GATEWAY_PORT: 'high',
      LINK_KEY: 'c2hvcnQ=',
      TRUST_PROXY: '-1',
      QUEUE_CREATE: 'maybe',
      DATABASE_URL: 'postgres://user:hunter2@host/db',
      TLS_KEY_FILE: '/tls/key.pem',
      DRAIN_DELAY_MS: '60000',
    });
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).not.toMatch(/hunter2|c2hvcnQ/);
    expect(problems.join('\n')).toMatch(/GATEWAY_PORT: expected a TCP port: a whole number from 0 to 65535/);
  });

  it.each(['PUBLIC_URL', 'SQS_ENDPOINT', 'BREACH_CHECK_URL', 'CORS_ORIGINS'])(
    'accepts as %s an HTTP URL without credentials, query and fragment, and reports any other at the start',
    (variable) => {
      const wrong = [
        'localhost:3000',
        'ftp://x',
        'http://',
        'https://user:hunter2@x.example',
        'https://x.example?a=b',
        'https://x.example/#a',
      ];
      for (const url of wrong) {
        const problems = problemsOf({ [variable]: url });
        expect(problems, url).toEqual([expect.stringMatching(new RegExp(`^${variable}: expected `))]);
        expect(problems[0]).not.toContain('hunter2');
      }
    },
  );

  it('accepts as PUBLIC_URL an origin, in one spelling, and no path', () => {
    expect(readConfig({ ...good, PUBLIC_URL: 'https://Accounts.example.com/' }).env.PUBLIC_URL).toBe(
      'https://accounts.example.com',
    );
    expect(problemsOf({ PUBLIC_URL: 'https://example.com/accounts' })[0]).toContain('no path');
  });
});
