/**
 * Run while an image is built, by the Node.js of the image: starts the service as far as it gets without its parts, so that what V8
 * compiles on the way is in the image (NODE_COMPILE_CACHE), and has it stop. Its settings are made up and are kept nowhere.
 *
 * node fill-compile-cache.mjs main.js
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_MS = 60_000;
const folder = process.env.NODE_COMPILE_CACHE;
if (!folder) throw new Error('NODE_COMPILE_CACHE is not set: there is nothing to fill');

const key = () => randomBytes(32).toString('base64');
const env = {
  NODE_COMPILE_CACHE: folder,
  NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
  // Nothing listens there: the service waits for its database until it is told to stop.
  DATABASE_URL: 'mysql://nobody:nothing@127.0.0.1:1/nothing',
  SQS_ENDPOINT: 'http://127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1?tls=off',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  PUBLIC_URL: 'https://127.0.0.1',
  MAIL_FROM: 'nobody@example.com',
  ...Object.fromEntries(
    ['LINK_KEY', 'RECIPIENT_KEY', 'KEY_ENCRYPTION_KEY', 'GATEWAY_ENVELOPE_KEY', 'WORKER_ENVELOPE_KEY'].map((name) => [
      name,
      key(),
    ]),
  ),
  ...Object.fromEntries(['GATEWAY_PORT', 'GATEWAY_OPS_PORT', 'WORKER_OPS_PORT'].map((name) => [name, '0'])),
};

const service = spawn(process.execPath, process.argv.slice(2), { env, stdio: ['ignore', 'pipe', 'inherit'] });
const limit = setTimeout(() => service.kill('SIGKILL'), LIMIT_MS);
let log = '';
let told = false;
service.stdout.on('data', (chunk) => {
  log += chunk;
  if (told || !log.includes('waiting for the database')) return;
  told = true;
  service.kill('SIGTERM');
});
service.once('exit', (code) => {
  clearTimeout(limit);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (code !== 0 || files.length === 0) {
    console.error(`the service ended with ${code} and left ${files.length} files:\n${log}`);
    process.exit(1);
  }
  // Node.js writes them for their owner alone, and in the image they are root's.
  for (const { parentPath, name } of files) {
    chmodSync(join(parentPath, name), 0o444);
    chmodSync(parentPath, 0o755);
  }
  chmodSync(folder, 0o755);
});
