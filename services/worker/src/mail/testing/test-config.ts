import { type Config, readConfig } from '../../config.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

/** The worker's settings for tests, read and validated as at a start: defaults, and what `env` sets. @throws ConfigError */
export function testConfig(env: Record<string, string> = {}): Config {
  return readConfig({
    ...{ DATABASE_URL: 'sqlite:/nowhere/worker.sqlite', AWS_REGION: 'eu-central-1' },
    ...{ LINK_KEY: key(1), RECIPIENT_KEY: key(4), GATEWAY_ENVELOPE_KEY: key(2), WORKER_ENVELOPE_KEY: key(3) },
    ...{ PUBLIC_URL: 'https://accounts.example.com', APP_URL: 'https://www.example.com' },
    ...{ SMTP_URL: 'smtp://smtp.example.com:587', MAIL_FROM: 'Postern <hello@example.com>' },
    ...env,
  });
}
