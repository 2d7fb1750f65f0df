import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWN_QUEUES, type QueueName } from '@postern/events';
import { MailCatcher, MailCatcherClient } from '@postern/local';
import { MemoryLogger, SecretRing } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { type DeadLetter, DeadLetters, openQueues, toSqsApi } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { expect } from 'vitest';
import { baseEnv, GatewayProcess } from '../gateway-process.ts';
import { RingFile } from './ring-file.ts';

const WORKER = join(import.meta.dirname, '../../../worker');
const PATIENTLY = { timeout: 120_000, interval: 20 };

/** Which services hold which ring. */
const RINGS = {
  KEY_ENCRYPTION_KEY: ['gateway'],
  LINK_KEY: ['gateway', 'worker'],
  GATEWAY_ENVELOPE_KEY: ['gateway', 'worker'],
  WORKER_ENVELOPE_KEY: ['worker'],
} as const;
export type RingName = keyof typeof RINGS;

/** Two gateways and a worker, each a process of its own, on a database each, one SQS and one mailbox for everybody; rings as files. */
export class WholeSystem {
  readonly rings: Record<RingName, RingFile>;
  readonly inbox: MailCatcherClient;
  readonly database: TestDatabase;
  readonly #workerDatabase: TestDatabase;
  readonly #sqs: TestSqs;
  readonly #gatewayEnv: Record<string, string>;
  readonly #gateways: GatewayProcess[] = [];
  #worker!: GatewayProcess;
  readonly #ends: (() => Promise<unknown>)[];
  readonly urls: string[] = [];

  private constructor(
    parts: { folder: string; sqs: TestSqs; inbox: MailCatcher; databases: [TestDatabase, TestDatabase] },
    ends: (() => Promise<unknown>)[],
  ) {
    const { folder, sqs, inbox } = parts;
    [this.database, this.#workerDatabase] = parts.databases;
    this.#sqs = sqs;
    this.#ends = ends;
    this.inbox = new MailCatcherClient(inbox.url);
    const ring = (name: RingName) => new RingFile(folder, name);
    this.rings = {
      KEY_ENCRYPTION_KEY: ring('KEY_ENCRYPTION_KEY'),
      LINK_KEY: ring('LINK_KEY'),
      GATEWAY_ENVELOPE_KEY: ring('GATEWAY_ENVELOPE_KEY'),
      WORKER_ENVELOPE_KEY: ring('WORKER_ENVELOPE_KEY'),
    };
    this.#gatewayEnv = {
      ...this.#settings('gateway'),
      DATABASE_URL: this.database.url,
      // Everybody here comes from one address.
      SIGN_UPS_PER_HOUR: '1000000',
      SIGN_INS_PER_ADDRESS: '1000000',
    };
  }

  static async start(): Promise<WholeSystem> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      return await WholeSystem.#open(ends);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  static async #open(ends: (() => Promise<unknown>)[]): Promise<WholeSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'postern-rotation-'));
    ends.unshift(() => rm(folder, { recursive: true }));
    const sqs = await testSqs();
    ends.unshift(() => sqs.close());
    const inbox = await MailCatcher.open({ path: ':memory:', host: '127.0.0.1', httpPort: 0, smtpPort: 0 });
    ends.unshift(() => inbox.close());
    const database = await testDatabase('rotation');
    ends.unshift(() => database.close());
    const workerDatabase = await testDatabase('rotation-mail');
    ends.unshift(() => workerDatabase.close());
    const system = new WholeSystem({ folder, sqs, inbox, databases: [database, workerDatabase] }, ends);
    await system.#start({ SMTP_URL: `${inbox.smtpUrl}?tls=off` });
    return system;
  }

  async #start(mail: Record<string, string>): Promise<void> {
    const workerEnv = {
      ...this.#settings('worker'),
      ...mail,
      DATABASE_URL: this.#workerDatabase.url,
      RECIPIENT_KEY: SecretRing.of(Buffer.alloc(32, 1)).toText(),
      MAIL_FROM: 'Postern <hello@example.com>',
      WORKER_OPS_HOST: '127.0.0.1',
      WORKER_OPS_PORT: '0',
      WORKER_POLL_SECONDS: '1',
    };
    const worker = (args: string[] = []) => this.#process(new GatewayProcess(workerEnv, args, WORKER));
    await Promise.all([this.command('migrate'), worker(['migrate']).exited]);
    this.#worker = worker();
    for (let replica = 0; replica < 2; replica++)
      this.#gateways.push(this.#process(new GatewayProcess(this.#gatewayEnv)));
    for (const gateway of this.#gateways) this.urls.push(`http://127.0.0.1:${(await gateway.ready).http}`);
    await this.#worker.ready;
  }

  /** Runs a command of the gateway beside the gateways that serve. Its output. @throws when it does not exit with 0 */
  async command(...args: string[]): Promise<string> {
    const command = this.#process(new GatewayProcess(this.#gatewayEnv, args));
    const { code } = await command.exited;
    if (code !== 0) throw new Error(`gateway ${args.join(' ')} ended with ${code}: ${command.errors}${command.output}`);
    return command.output;
  }

  /** SIGHUP to every service that holds the ring, until each has said that it took the new keys on. */
  async reread(name: RingName): Promise<void> {
    const holders: GatewayProcess[] = [];
    for (const service of RINGS[name]) holders.push(...(service === 'gateway' ? this.#gateways : [this.#worker]));
    await Promise.all(
      holders.map(async (holder) => {
        const taken = () =>
          holder.lines.filter(({ changed }) => Array.isArray(changed) && changed.includes(name)).length;
        const before = taken();
        holder.signal('SIGHUP');
        await expect.poll(taken, { ...PATIENTLY, message: `${name} was not taken on` }).toBe(before + 1);
      }),
    );
  }

  /** Resolves when every gateway publishes this signing key, and so accepts it. */
  async waitForKey(kid: string): Promise<void> {
    const knows = async (url: string) => (await (await fetch(`${url}/.well-known/jwks.json`)).text()).includes(kid);
    for (const url of this.urls) await expect.poll(() => knows(url), PATIENTLY).toBe(true);
  }

  /** Everything that was on its way when this was called has arrived: in the order of the way, so that nothing slips past. */
  async arrived(): Promise<void> {
    const outbox = async ({ database }: TestDatabase) => (await database.sql('outbox').select('id').limit(1)).length;
    await expect.poll(() => outbox(this.database), PATIENTLY).toBe(0);
    await expect.poll(() => this.#depth('events'), PATIENTLY).toBe(0);
    await expect.poll(() => outbox(this.#workerDatabase), PATIENTLY).toBe(0);
    await expect.poll(() => this.#depth('jobs'), PATIENTLY).toBe(0);
    await expect.poll(() => this.#depth('mail'), PATIENTLY).toBe(0);
    await expect.poll(() => this.#mailsUnderWay(), PATIENTLY).toBe(0);
  }

  /** The messages that were given up, and why. */
  async deadLetters(): Promise<Pick<DeadLetter, 'queue' | 'type' | 'reason' | 'error'>[]> {
    const { client, prefix } = this.#sqs;
    const queues = await openQueues(client, { prefix, names: OWN_QUEUES, create: true });
    const letters = new DeadLetters(client, queues, { logger: new MemoryLogger(), waitSeconds: 0 });
    const found = await Promise.all(OWN_QUEUES.map((name) => letters.list(name)));
    return found.flat().map(({ queue, type, reason, error }) => ({ queue, type, reason, error }));
  }

  /** How mails ended: each state, and how many there are in it. */
  async mails(): Promise<Record<string, number>> {
    const rows: { state: string }[] = await this.#workerDatabase.database.sql('mails').select('state');
    const states = Object.groupBy(rows, ({ state }) => state);
    return Object.fromEntries(Object.entries(states).map(([state, found]) => [state, found?.length ?? 0]));
  }

  /** What any of the processes has logged as an error. */
  get errors(): unknown[] {
    return [...this.#gateways, this.#worker].flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'));
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
  }

  async #mailsUnderWay(): Promise<number> {
    const { accepted: _done, ...others } = await this.mails();
    return Object.values(others).reduce((sum, count) => sum + count, 0);
  }

  async #depth(name: QueueName): Promise<number> {
    const { client, prefix } = this.#sqs;
    const queues = await openQueues(client, { prefix, names: [name], create: true });
    const { visible, inFlight, delayed } = await toSqsApi(client).depth(queues.get(name).url);
    return visible + inFlight + delayed;
  }

  #settings(service: 'gateway' | 'worker'): Record<string, string> {
    const held = Object.entries(RINGS).filter(([, services]) => (services as readonly string[]).includes(service));
    const { LINK_KEY: _link, GATEWAY_ENVELOPE_KEY: _envelope, KEY_ENCRYPTION_KEY: _sealing, ...base } = baseEnv();
    return Object.assign(
      { ...base, SQS_ENDPOINT: this.#sqs.endpoint, QUEUE_PREFIX: this.#sqs.prefix },
      ...held.map(([name]) => this.rings[name as RingName].env),
    );
  }

  #process(started: GatewayProcess): GatewayProcess {
    this.#ends.unshift(async () => {
      started.signal('SIGKILL');
      await started.exited;
    });
    return started;
  }
}
