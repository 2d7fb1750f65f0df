import { ConfigError } from '@postern/runtime';
import { expect, it } from 'vitest';
import { openTransport } from './transports/open-transport.ts';
import { tryLimitMs } from './try-limit.ts';

const transports = [
  openTransport('smtp://mail.example.com?send_timeout_ms=90000', { name: 'primary', variable: 'SMTP_URL' }),
];

it('a try may take most of a lease', () => {
  expect(tryLimitMs(150_000, transports)).toBe(120_000);
});

it('a lease that ends before a try does is refused, with the least that will do', () => {
  expect(() => tryLimitMs(100_000, transports)).toThrow(ConfigError);
  expect(() => tryLimitMs(100_000, transports)).toThrow(/MAIL_LEASE_MS: expected more than 112500/);
});
