import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

const read = (env: NodeJS.ProcessEnv = {}) => readOptions({}, env, '/repo');

test('without anything set, the documented ports and the folder .postern', () => {
  const options = read();
  expect(options.home).toBe('/repo/.postern');
  expect(options.ports).toEqual({
    gateway: 3000,
    gatewayOps: 3001,
    workerOps: 3002,
    workerConsole: 3004,
    inbox: 8025,
    smtp: 1025,
    sqs: 9324,
  });
  expect([...options.parts]).toEqual(['sqs', 'inbox', 'gateway', 'worker']);
  expect(options).not.toHaveProperty('databaseUrl');
});

test('all ports may be 0 at once', () => {
  expect(read({ INBOX_PORT: '0', SMTP_PORT: '0' }).ports).toMatchObject({ inbox: 0, smtp: 0 });
});

test.each(['http', '3000.5', '-1', '70000', '3000x'])('the port "%s" is refused by its name', (value) => {
  expect(() => read({ GATEWAY_PORT: value })).toThrow(
    'GATEWAY_PORT: expected a TCP port: a whole number from 0 to 65535',
  );
});

test('two parts on one port are distinguished before anything starts', () => {
  expect(() => read({ INBOX_PORT: '3000' })).toThrow('INBOX_PORT and GATEWAY_PORT are both 3000');
});

test('a database URL of another kind is refused without repeating its password', () => {
  expect(() => read({ DATABASE_URL: 'postgres://u:secret@h/db' })).toThrow(
    /^DATABASE_URL: expected mysql:(?!.*secret)/,
  );
  expect(() => read({ DATABASE_URL: 'mysql://u:secret@h' })).toThrow(
    /^DATABASE_URL: there is no database name(?!.*secret)/,
  );
  expect(() => read({ DATABASE_URL: 'mysql://u:secret@h/d?sslmode=REQUIRED' })).toThrow(
    /"sslmode" is not known(?!.*secret)/,
  );
});
