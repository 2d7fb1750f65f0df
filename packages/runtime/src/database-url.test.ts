import { describe, expect, it } from 'vitest';
import { readMysqlUrl } from './database-url.ts';
import type { ConfigError } from './env.ts';

const problems = (text: string) => {
  try {
    readMysqlUrl(text);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('the URL of a MySQL server', () => {
  it('names server, user and database, with an IPv6 host without its brackets', () => {
    expect(readMysqlUrl('mysql://us%40er:p%2Fw@[::1]:3307/postern')).toEqual({
      ...{ host: '::1', port: 3307, user: 'us@er', password: 'p/w', database: 'postern' },
    });
  });

  it.each([
    ['REQUIRED', false, false],
    ['verify_ca', true, false],
    ['VERIFY_IDENTITY', true, true],
  ])('asks for TLS with ssl-mode=%s', (mode, rejectUnauthorized, verifyIdentity) => {
    expect(readMysqlUrl(`mysql://u@h/d?ssl-mode=${mode}`).ssl).toEqual({ rejectUnauthorized, verifyIdentity });
  });

  it('refuses what it does not know, all at once, and shows no password', () => {
    const found = problems('mysql://u:hunter2@h/d?sslmode=REQUIRED&ssl-mode=PREFERRED&ssl-cert=/nowhere/c.pem');
    expect(found).toHaveLength(3);
    for (const what of ['"sslmode" is not known', 'one of DISABLED, REQUIRED', '"ssl-cert" cannot be read']) {
      expect(found.join('\n')).toContain(what);
    }
    expect(found.join('\n')).not.toContain('hunter2');
  });

  it('refuses certificates without TLS', () => {
    expect(problems(`mysql://u@h/d?ssl-ca=${import.meta.filename}`)).toEqual([
      'DATABASE_URL: "ssl-ca" needs an "ssl-mode" other than DISABLED',
    ]);
  });

  it.each(['127.0.0.1', '[::1]'])('refuses to verify the identity of %s: the driver compares names alone', (host) => {
    expect(problems(`mysql://u@${host}/d?ssl-mode=VERIFY_IDENTITY`)).toEqual([
      'DATABASE_URL: "ssl-mode=VERIFY_IDENTITY" needs a host name, not an IP address; VERIFY_CA takes either',
    ]);
  });
});
