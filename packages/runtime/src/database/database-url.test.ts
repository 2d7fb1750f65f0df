import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ConfigError } from '../configuration/env.ts';
import { databaseUrl, readMysqlUrl } from './database-url.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-database-url-'));
const PEM = join(folder, 'ca.pem');
writeFileSync(PEM, '-----BEGIN CERTIFICATE-----\n');
const ca = readFileSync(PEM, 'utf8');
afterAll(() => rmSync(folder, { recursive: true }));

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
    ['REQUIRED', {}, false, false],
    [`verify_ca&ssl-ca=${PEM}`, { ca }, true, false],
    ['VERIFY_IDENTITY', {}, true, true],
    [`VERIFY_IDENTITY&ssl-ca=${PEM}`, { ca }, true, true],
  ])('asks for TLS with ssl-mode=%s', (mode, files, rejectUnauthorized, verifyIdentity) => {
    const { ssl } = readMysqlUrl(`mysql://u@h/d?ssl-mode=${mode}`);
    expect(ssl).toEqual({ ...files, rejectUnauthorized, verifyIdentity });
  });

  it.each([
    ['mysql://u@h/d#fragment', 'has no "#"'],
    ['mysql://u:12#3@h/d', 'has no "#"'],
    ['mysql://u:pass#word@h/d', 'write "#" as %23'],
    ['mysql://u@h', 'there is no database name'],
    ['mysql://u@h/', 'there is no database name'],
    ['mysql://u@h/d/', 'the database name is one part'],
    ['mysql://u@h/d/e', 'the database name is one part'],
    ['mysql://u@h:0/d', 'port 0 is none'],
    ['mysql://u@h:65536/d', 'expected mysql://'],
    ['mysql://h/d', 'there is no user'],
    ['mysql:///d', 'there is no host'],
    ['mysql://u@h/d?socket=', '"socket" is empty'],
    ['mysql://u@h/d?ssl-mode=', '"ssl-mode" is empty'],
    ['mysql://u@h/d?ssl-mode=VERIFY_CA', 'needs "ssl-ca"'],
    [`mysql://u@h/d?ssl-mode=REQUIRED&ssl-ca=${PEM}`, '"ssl-ca" checks nothing with "ssl-mode=REQUIRED"'],
    [`mysql://u@h/d?ssl-mode=VERIFY_CA&ssl-ca=${import.meta.dirname}`, '"ssl-ca" cannot be read'],
  ])('refuses %s, which would be another connection than it says', (url, problem) => {
    expect(problems(url).join('\n')).toContain(problem);
  });

  it('accepts a socket in the place of host and port', () => {
    expect(readMysqlUrl('mysql://u@localhost/d?socket=/run/s')).toMatchObject({ socketPath: '/run/s' });
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
    expect(problems(`mysql://u@h/d?ssl-ca=${PEM}`)).toEqual([
      'DATABASE_URL: "ssl-ca" needs an "ssl-mode" other than DISABLED',
    ]);
  });

  it.each(['127.0.0.1', '[::1]'])('refuses to verify the identity of %s: the driver compares names alone', (host) => {
    expect(problems(`mysql://u@${host}/d?ssl-mode=VERIFY_IDENTITY`)).toEqual([
      'DATABASE_URL: "ssl-mode=VERIFY_IDENTITY" needs a host name, not an IP address; VERIFY_CA takes either',
    ]);
  });
});

describe('DATABASE_URL', () => {
  const faults = (text: string) => databaseUrl.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

  it('is a MySQL server or an SQLite file', () => {
    const good = ['mysql://u:p@h:3306/d', 'mariadb://u@[::1]/d', 'sqlite:/var/lib/postern.sqlite', 'sqlite::memory:'];
    expect(good.flatMap(faults)).toEqual([]);
  });

  it('has all its faults reported together', () => {
    expect(faults('mysql://h:0/?a=1#b')).toHaveLength(5);
  });

  it.each([
    ['sqlite:', 'absolute'],
    ['sqlite:relative.sqlite', 'absolute'],
    ['sqlite:/file?mode=ro', 'no parameters'],
    ['postgres://u@h/d', 'expected mysql://user:password@host:3306/name or sqlite:/absolute/path.sqlite'],
    ['', 'expected mysql://'],
  ])('%s is refused', (url, problem) => expect(faults(url).join('\n')).toContain(problem));
});
