import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { benchOptions, runCommands, until } from '@postern/runtime/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { operatorsCommands } from '../../src/commands/operators-commands.ts';
import { ScriptedSmtp } from '../../test/support/scripted-smtp.ts';
import { openWorkerParts, WorkerProcess } from '../../test/support/worker-process.ts';
import { act } from './act.ts';
import { type BenchGateway, startGateway } from './gateway.ts';
import { seed } from './seed.ts';
import { browse } from './views.ts';

const about = `The console on a system as large as they get: tables are filled, replicas and a gateway run on them, and Chromium opens every view, goes through pages,
follows a sign-up to its bounce, corrects a letter and pauses a queue. Prints how long the server takes for each page. On the servers of TEST_DATABASE_URL and TEST_SQS_ENDPOINT.`;
const {
  replicas,
  rounds,
  screenshots: pictures,
  ...sizes
} = benchOptions(about, {
  letters: [100_000, 'dead letters'],
  mails: [1_000_000, 'mails in the ledger'],
  suppressions: [100_000, 'suppressed addresses'],
  replicas: [3, 'workers'],
  rounds: [3, 'rounds of every view'],
  screenshots: ['', 'a folder that keeps a picture of every view'],
});
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const BOUNCING = 'gone@example.com';
const CORRECTED = 'eve@example.com';
const WAIT_MS = 60_000;

const parts = await openWorkerParts();
const smtp = await ScriptedSmtp.start();
const workers: WorkerProcess[] = [];
let browser: Browser | undefined;
let gateway: BenchGateway | undefined;
try {
  const began = performance.now();
  await seed(parts.test.database, sizes);
  console.log(`filled in ${Math.round((performance.now() - began) / 1_000)} s`);
  gateway = await startGateway(parts);
  const env = {
    ...parts.env,
    ...gateway.env,
    SMTP_URL: smtp.url(''),
    WORKER_CONSOLE_PORT: '0',
    WORKER_POLL_SECONDS: '5',
  };
  for (let n = 0; n < replicas; n++) workers.push(new WorkerProcess(env));
  const [{ http } = { http: 0 }] = await Promise.all(workers.map(({ ready }) => ready));
  const url = `http://127.0.0.1:${http}`;
  const secret = await operator();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signIn(page, url, secret);
  await bounceOne(gateway);
  await act(page, url, {
    replicas: workers.length,
    order: (mail) => parts.order({ mail, to: CORRECTED }),
    hasArrived: () => smtp.accepted.some(({ to }) => to.includes(CORRECTED)),
  });
  const paths = await browse(page, url, { trace: TRACE, rounds });
  if (pictures !== '') await screenshots(browser, { url, secret, paths, folder: pictures });
} catch (error) {
  for (const worker of workers) console.error(worker.log.slice(-2_000));
  throw error;
} finally {
  await browser?.close();
  await Promise.all(workers.map((worker) => worker.kill()));
  await gateway?.[Symbol.asyncDispose]();
  await smtp.close();
  await parts.close();
}

async function operator(): Promise<string> {
  const { database } = parts.test;
  const words = ['operators', 'add', 'kim', '--role', 'act', '--json'];
  const { out } = await runCommands(
    operatorsCommands((work) => work({ database })),
    ...words,
  );
  return (JSON.parse(out) as { secret: string }).secret;
}

async function signIn(page: Page, url: string, secret: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Operator').fill('kim');
  await page.getByLabel('Secret').fill(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** A sign-up of this trace, whose mail the server refuses for good. */
async function bounceOne({ signUp }: BenchGateway): Promise<void> {
  smtp.script = { rcpt: '550 5.1.1 no such user' };
  await signUp(BOUNCING, `00-${TRACE}-00f067aa0ba902b7-01`);
  const { sql } = parts.test.database;
  const bounced = () =>
    sql('mails')
      .where({ trace_id: Buffer.from(TRACE, 'hex'), state: 'bounced' })
      .first();
  await until(async () => (await bounced()) !== undefined, WAIT_MS);
  smtp.script = {};
}

async function screenshots(
  inside: Browser,
  { url, secret, paths, folder }: { url: string; secret: string; paths: Record<string, string>; folder: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [device, width, height, colorScheme] of [
    ['desk', 1280, 900, 'light'],
    ['phone', 390, 844, 'dark'],
  ] as const) {
    const page = await (await inside.newContext({ viewport: { width, height }, colorScheme })).newPage();
    await signIn(page, url, secret);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${url}${path}`);
      await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, '-')}-${device}.png`) });
    }
  }
}
