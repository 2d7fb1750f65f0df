import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Backend, type OwnMariadb, openElasticmq, startMariadb } from '@postern/local/testing';
import { FaultyProxy, startOf, until } from '@postern/runtime/testing';
import { Acknowledgements } from './ledger/acknowledgements.ts';
import { type Audit, audit, type Remains } from './ledger/audit.ts';
import { QueueDepths } from './parts/queue-depths.ts';
import { type Program, Replica } from './parts/replica.ts';
import { type Ended, runToEnd } from './parts/run-to-end.ts';
import { asService, GIVEN_UP, ServiceDatabases } from './parts/service-databases.ts';
import { SmtpSink } from './parts/smtp-sink.ts';
import { Standstill } from './parts/standstill.ts';
import { planted } from './plants/planted.ts';
import { Registrar, type RegistrarOptions } from './registrar.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type MailSettings, type ServiceSettings, serviceSettings, type Ways } from './service-settings.ts';

/** Today's release. */
export const REPOSITORY = resolve(import.meta.dirname, '../../..');
/** As long nothing moves at most: what a crashed consumer holds is visible again after 25 s; a dead sender's mail is taken up after its lease. */
const REST_MS = 300_000;
/** However much there is to do. */
const AT_LAST_MS = 3_600_000;
const LOOK_EVERY_MS = 100;
/** Nothing is under way any more when nothing was for so long. */
const QUIET_MS = 5_000;

/** States of a mail after which nothing more is done for it, well or not. */
const DONE = new Set(['accepted', 'delivered', 'failed', 'bounced', 'suppressed', 'expired', GIVEN_UP]);

export type Service = 'gateway' | 'worker';

interface SystemOptions extends MailSettings {
  gateways: number;
  workers: number;
  random: SeededRandom;
  env?: { gateway?: Record<string, string>; worker?: Record<string, string> };
  /** What one replica has for itself; the first is 1. */
  envOf?: (service: Service, n: number) => Record<string, string>;
  /** Its SQS; default: ElasticMQ. */
  openSqs?: (folder: string) => Promise<Backend>;
  /** What is between the services and SQS, beside the way that fails. */
  beforeSqs?: (url: string) => Promise<{ url: string; close: () => Promise<void> }>;
  /** Where the database's files are; default: the system's folder for temporary files. */
  databaseFolder?: string;
  /** Where the sources of the release are that it begins with; default: this repository. */
  release?: string;
  /** A bug to put into both services, as far as they are of this repository. */
  plant?: string | undefined;
}

/** MariaDB that keeps what it has said: the options of the tests' servers, which throw their data away, are taken back. */
const DURABLE = ['--innodb-flush-log-at-trx-commit=1', '--innodb-doublewrite=1', '--debug-no-sync=0'];

/** Two kinds of services in several replicas on real parts, each behind a way that fails on demand; clients; and a record of what was promised. */
export class System {
  readonly gateways: Replica[] = [];
  readonly workers: Replica[] = [];
  readonly ways: Ways;
  readonly mariadb: OwnMariadb;
  readonly databases: ServiceDatabases;
  readonly smtp: SmtpSink;
  readonly promises: Acknowledgements;
  readonly folder: string;
  readonly standstill = new Standstill();
  /** Of SQS itself, past every fault. */
  readonly sqsUrl: string;
  /** Where the sources are of what is started from now on. */
  readonly releases: Record<Service, string>;
  /** What the services are started with, without what one experiment sets. */
  readonly settings: ServiceSettings;
  readonly #random: SeededRandom;
  readonly #plant: string | undefined;
  readonly #queues: QueueDepths;
  readonly #ends: (() => Promise<unknown>)[];
  #registrar: Registrar | undefined;

  private constructor(
    parts: Pick<System, 'ways' | 'mariadb' | 'smtp' | 'promises' | 'folder'> &
      Pick<SystemOptions, 'random' | 'plant' | 'release' | keyof MailSettings> & { backend: Backend },
    ends: (() => Promise<unknown>)[],
  ) {
    this.ways = parts.ways;
    this.mariadb = parts.mariadb;
    this.smtp = parts.smtp;
    this.promises = parts.promises;
    this.folder = parts.folder;
    this.sqsUrl = parts.backend.url;
    this.settings = serviceSettings(parts.ways, parts);
    this.releases = { gateway: parts.release ?? REPOSITORY, worker: parts.release ?? REPOSITORY };
    this.#random = parts.random;
    this.#plant = parts.plant;
    this.#ends = ends;
    this.#queues = new QueueDepths(parts.backend.url);
    this.databases = new ServiceDatabases(parts.mariadb.url);
    this.onEnd(async () => {
      await this.databases.close();
      this.#queues.close();
      this.standstill.end();
    });
  }

  /** @throws Error when MariaDB or ElasticMQ is not on this machine */
  static async open(options: SystemOptions): Promise<System> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      return await System.#open(options, ends);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  static async #open(options: SystemOptions, ends: (() => Promise<unknown>)[]): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'postern-proof-'));
    ends.unshift(() => rm(folder, { recursive: true, force: true }));
    const { TEST_DATABASE_URL: _database, TEST_SQS_ENDPOINT: _sqs, ...env } = process.env;
    const mariadb = await startMariadb(env, DURABLE, options.databaseFolder);
    if (!mariadb)
      throw new Error('A proof needs MariaDB: mariadbd was not found (`npx -y pnpm@12 test` says how to install it).');
    ends.unshift(() => mariadb.stop());
    const backend = await (options.openSqs?.(folder) ?? openElasticmq(env));
    if (!backend)
      throw new Error('A proof needs ElasticMQ, which was not found (`npx -y pnpm@12 test` says how to install it).');
    ends.unshift(() => backend.stop());
    const smtp = await SmtpSink.start(join(folder, 'mails.jsonl'));
    ends.unshift(() => smtp.close());
    const before = async (target: string) => {
      const way = await FaultyProxy.before(target);
      ends.unshift(() => way[Symbol.asyncDispose]());
      return way;
    };
    const sqs = (await options.beforeSqs?.(backend.url)) ?? { url: backend.url, close: async () => undefined };
    ends.unshift(() => sqs.close());
    const ways = {
      database: await before(asService(mariadb.url, 'gateway')),
      workerDatabase: await before(asService(mariadb.url, 'worker')),
      sqs: await before(sqs.url),
      smtp: await before(smtp.url),
    };
    const promises = new Acknowledgements(join(folder, 'promises.jsonl'));
    ends.unshift(async () => promises.close());
    const system = new System({ ways, mariadb, smtp, promises, folder, ...options, backend }, ends);
    await system.#start(options);
    return system;
  }

  async #start({ gateways, workers, env = {}, envOf = () => ({}) }: SystemOptions): Promise<void> {
    await this.databases.create();
    const replica = (service: Service, n: number) => {
      const made = new Replica({
        name: `${service}-${n}`,
        program: () => this.#program(service, env[service], envOf(service, n)),
        logFile: join(this.folder, `${service}-${n}.log`),
      });
      this.#ends.unshift(async () => {
        made.signal('SIGCONT');
        await made.kill();
      });
      return made;
    };
    for (const service of ['gateway', 'worker'] as const) await this.command(service, ['migrate']);
    for (let n = 1; n <= gateways; n++) this.gateways.push(replica('gateway', n));
    for (let n = 1; n <= workers; n++) this.workers.push(replica('worker', n));
    await Promise.all([...this.gateways, ...this.workers].map((each) => each.start()));
  }

  /** Runs a command of a service with its settings. @throws Error when it does not exit with 0 */
  async command(service: Service, args: readonly string[]): Promise<string> {
    const { code, out, complaints } = await this.tryCommand(service, args);
    if (code !== 0) throw new Error(`${service} ${args.join(' ')} ended with ${code}: ${complaints || out}`);
    return out;
  }

  /** @param env of this command alone @param killed ends it by kill -9 */
  tryCommand(
    service: Service,
    args: readonly string[],
    env: Record<string, string> = {},
    killed?: AbortSignal,
  ): Promise<Ended> {
    return runToEnd(this.#program(service, env), args, killed);
  }

  /** Called when the system ends, before what was there earlier does. */
  onEnd(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  /** People begin to sign up. */
  register(options: Pick<RegistrarOptions, 'clients' | 'perSecond' | 'domains'>): Registrar {
    this.#registrar = new Registrar({
      ...options,
      gateways: () => this.gateways.filter(({ isUp }) => isUp).map(({ url }) => url),
      promises: this.promises,
      random: this.#random,
    });
    const registrar = this.#registrar;
    registrar.start();
    // Where an experiment breaks off, nobody goes on asking what has ended.
    this.onEnd(() => registrar.stop());
    return registrar;
  }

  /** Resolves when so many sign-ups more have been acknowledged. */
  async acknowledged(more: number, withinMs = REST_MS): Promise<void> {
    const goal = this.promises.count('acknowledged') + more;
    await until(() => this.promises.count('acknowledged') >= goal, withinMs, `${more} further sign-ups`);
  }

  /** Nobody new comes, every part works, and all that is under way arrives; then promises and facts are compared. */
  async rest(): Promise<Audit> {
    await this.#registrar?.stop();
    for (const way of Object.values(this.ways)) await way.heal();
    let [quietSince, movedAt, before] = [undefined as number | undefined, performance.now(), ''];
    const settled = async () => {
      const [outbox, mails, depth] = [
        await this.databases.outboxes(),
        await this.databases.mails(),
        await this.#queues.depth(),
      ];
      const now = performance.now();
      const looks = JSON.stringify([outbox, mails, depth, this.smtp.received.length]);
      if (looks !== before) [before, movedAt] = [looks, now];
      // What does not come to rest is a finding, and the audit says which.
      if (now - movedAt > REST_MS) return true;
      const underWay = outbox > 0 || depth > 0 || Object.keys(mails).some((state) => !DONE.has(state));
      quietSince = underWay ? undefined : (quietSince ?? now);
      // With nothing under way a mail that is missing is lost; what is between two parts for a moment shows up meanwhile.
      return quietSince !== undefined && (now - quietSince > QUIET_MS || this.#allHaveMail());
    };
    for (const end = performance.now() + AT_LAST_MS; performance.now() < end; await pause(LOOK_EVERY_MS))
      if (await settled()) break;
    const remains = await this.#remains();
    return audit(this.promises, this.smtp.received, remains);
  }

  /** Dead letters that are meant to be there do not stay for the audit. Returns how many there were. */
  async purgeDeadLetters(): Promise<number> {
    const letters = await this.#queues.deadLetters();
    for (const queue of ['events', 'mail', 'jobs'])
      await this.command('worker', ['dead-letters', 'purge', queue, '--yes']);
    return letters;
  }

  deadLetters(): Promise<number> {
    return this.#queues.deadLetters();
  }

  /** How long the mails of sign-ups took that were acknowledged between two moments, in milliseconds. */
  mailDelays(from: number, to: number): number[] {
    const asked = [...this.promises.acknowledgedAt].filter(([, at]) => at >= from && at < to);
    const arrived = new Map(this.smtp.received.map((mail) => [mail.to, mail.at]));
    return asked.flatMap(([address, at]) => Math.max(0, (arrived.get(address) ?? Number.NaN) - at) || []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) await end();
  }

  #program(service: Service, ...environments: (Record<string, string> | undefined)[]): Program {
    const folder = join(this.releases[service], 'services', service);
    const isToday = this.releases[service] === REPOSITORY;
    const bug = isToday ? planted(this.#plant) : {};
    // A bug is put into sources as they are loaded, and of another release no one file has been made.
    const fromSources = !isToday || this.#plant !== undefined;
    return {
      ...(fromSources ? { main: join(folder, 'src/main.ts'), execArgv: [] } : startOf(folder)),
      env: withImports(this.settings[service], ...environments, bug),
    };
  }

  #allHaveMail(): boolean {
    const to = new Set(this.smtp.received.map((mail) => mail.to));
    return this.promises.addresses('acknowledged').every((address) => to.has(address));
  }

  async #remains(): Promise<Remains> {
    return {
      signUps: await this.databases.signUps(),
      outbox: await this.databases.outboxes(),
      deadLetters: await this.#queues.deadLetters(),
      mails: await this.databases.mails(),
    };
  }
}

/** Environments together, of which several may load something first. */
function withImports(...environments: (Record<string, string> | undefined)[]): Record<string, string> {
  const options = environments.flatMap((each) => each?.NODE_OPTIONS ?? []).join(' ');
  return Object.assign({}, ...environments, options === '' ? {} : { NODE_OPTIONS: options });
}
