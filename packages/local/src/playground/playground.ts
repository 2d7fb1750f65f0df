import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../fault.ts';
import { MailCatcher } from '../mail-catcher/mail-catcher.ts';
import { type ServiceName, serviceNames } from '../repository.ts';
import { duration, type Terminal } from '../terminal.ts';
import { reportChangedMigrations, writtenMigrations } from './changed-migrations.ts';
import { type Surroundings, serviceEnvironments, withInherited } from './environment.ts';
import { Home, type PlaygroundState } from './home.ts';
import { HotReload } from './hot-reload.ts';
import { logPrinter } from './log-lines.ts';
import { MailNotices } from './mail-notices.ts';
import { mailServerOf } from './mail-server-of.ts';
import type { PartName, PlaygroundOptions, Ports } from './options.ts';
import { playgroundUrls } from './playground-urls.ts';
import { reservePorts } from './ports.ts';
import type { Restarts } from './reloads.ts';
import { type Exit, Service } from './service.ts';
import { serviceDatabases } from './service-databases.ts';
import { type EmbeddedSqs, startSqs } from './sqs.ts';

interface PlaygroundContext {
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  /** The real `main.ts` of each service; tests put stand-ins here. */
  mains: Record<ServiceName, string>;
}

/** The services get this long to drain; then they are killed, so that Ctrl-C takes less than 3 s in any case. */
const drainMs = 2_300;

/** A service that is replaced by its newer self may be cut off in what it does: nothing is lost, it is done again. */
const restartDrainMs = 400;

/** Where debuggers attach. */
const inspectPorts: Record<ServiceName, number> = { gateway: 9229, worker: 9230 };

/** How often open long polls are ended while the services drain. */
const endPollsMs = 50;

/** How long a service may take to serve, on a slow machine and with a database that is waited for. */
const readyMs = 120_000;

/** Everything that `start` runs: the embedded parts in this process, the services as its children. */
export class Playground {
  readonly home: Home;
  readonly #options: PlaygroundOptions;
  readonly #context: PlaygroundContext;
  readonly #services: Service[] = [];
  /** Ended to be started again. */
  readonly #replaced = new WeakSet<Service>();
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #death = Promise.withResolvers<Fault>();
  #sqs: EmbeddedSqs | undefined;
  #reload: HotReload | undefined;
  #stopping: Promise<void> | undefined;
  #state: PlaygroundState | undefined;

  constructor(options: PlaygroundOptions, context: PlaygroundContext) {
    this.#options = options;
    this.#context = context;
    this.home = new Home(options.home);
  }

  /** Where everything is reached; there once `start` has resolved. */
  get state(): PlaygroundState {
    if (!this.#state) throw new Error('The playground has not started yet.');
    return this.#state;
  }

  /** Resolves when a service ends by itself, with the sentence that reports it. */
  get death(): Promise<Fault> {
    return this.#death.promise;
  }

  /** The services that run at the moment. */
  get processes(): { name: string; pid: number }[] {
    return this.#services.flatMap(({ name, pid, ended }) => (ended || pid === undefined ? [] : [{ name, pid }]));
  }

  /** Starts all parts; on a {@link Fault} it has stopped what it had started. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops services first, so that they can drain into parts that still run. Safe to call again and while starting. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends the services without letting them drain. */
  kill(): void {
    for (const service of this.#services) service.signal('SIGKILL');
  }

  async #start(): Promise<void> {
    const { home } = this;
    home.open();
    const other = home.running();
    if (other && other.pid !== process.pid) {
      throw new Fault(
        `A playground already runs on ${home.path} (process ${other.pid}, ${other.urls.gateway ?? other.urls.inbox ?? 'parts only'}). ` +
          'Stop it with Ctrl-C where it runs, or give this one another folder with POSTERN_HOME.',
      );
    }
    if (this.#options.fresh) home.clear();
    const secrets = home.secrets();
    const ports = await reservePorts(this.#options.ports, (part) => this.#wants(part));
    // From here on a second start on the same folder is refused, also while this one is still starting.
    this.#writeState(ports, { gateway: {}, worker: {} });
    const [sqsEndpoint, smtpUrl, databases] = await Promise.all([
      this.#startSqs(ports),
      this.#startInbox(ports),
      this.#prepareDatabases(),
    ]);
    const around: Surroundings = {
      ports,
      secrets,
      databases,
      sqsEndpoint,
      smtpUrl,
      embeddedSqs: this.#options.sqsEndpoint === undefined,
    };
    const env = serviceEnvironments(around, this.#context.env);
    const wanted = serviceNames.filter((name) => this.#wants(name));
    const restartsOf = (name: ServiceName): Restarts => ({
      stop: async () => {
        const old = this.#services.filter((it) => it.name === name && !it.ended);
        for (const service of old) this.#replaced.add(service);
        await Promise.all(old.map((service) => service.stop(restartDrainMs)));
      },
      start: async ({ migrate, signal }) => {
        if (migrate) await this.#migrate(name, env[name]);
        if (signal.aborted || !(await this.#serve(name, env[name], signal))) return;
        this.#writeState(ports, env);
      },
    });
    if (this.#options.watch) {
      const reload = new HotReload(wanted, this.#context.terminal, restartsOf);
      this.#reload = reload;
      await reload.start();
    } else {
      const { signal } = new AbortController();
      await Promise.all(wanted.map((name) => restartsOf(name).start({ migrate: true, signal })));
    }
  }

  #wants(part: PartName): boolean {
    const replaced = {
      sqs: this.#options.sqsEndpoint,
      inbox: this.#options.smtpUrl,
      gateway: undefined,
      worker: undefined,
    };
    return this.#options.parts.has(part) && replaced[part] === undefined;
  }

  async #startSqs(ports: Ports): Promise<string> {
    const { sqsEndpoint } = this.#options;
    if (sqsEndpoint) {
      this.#context.terminal.step('Queue', `yours, ${sqsEndpoint}`);
      return sqsEndpoint;
    }
    const endpoint = `http://127.0.0.1:${ports.sqs}`;
    if (!this.#wants('sqs')) return endpoint;
    const sqs = await startSqs({
      host: this.#options.sqsHost,
      port: ports.sqs,
      folder: this.home.file('sqs'),
      releaseInFlight: this.#wants('worker'),
    });
    this.#sqs = sqs;
    this.#closers.push(() => sqs.stop());
    this.#context.terminal.step('Queue', `embedded SQS on ${sqs.endpoint}`);
    return sqs.endpoint;
  }

  async #startInbox(ports: Ports): Promise<string> {
    const { smtpUrl, inboxHost } = this.#options;
    if (smtpUrl) {
      this.#context.terminal.step('Mail', `yours, ${mailServerOf(smtpUrl)}`);
      return smtpUrl;
    }
    if (!this.#wants('inbox')) return `smtp://127.0.0.1:${ports.smtp}?tls=off`;
    const notices = new MailNotices(this.#context.terminal);
    const inbox = await MailCatcher.open({
      path: this.home.file('inbox.sqlite'),
      host: inboxHost,
      httpPort: ports.inbox,
      smtpPort: ports.smtp,
      onMail: (mail) => notices.announce(mail, inbox.url),
    });
    this.#closers.push(() => inbox.close());
    this.#context.terminal.step('Inbox', `${inbox.url}, SMTP on port ${inbox.ports.smtp}`);
    // The inbox has no certificate, and the worker insists on TLS unless it is configured otherwise.
    return `${inbox.smtpUrl}?tls=off`;
  }

  async #prepareDatabases(): Promise<{ gateway: string; worker: string }> {
    const { databaseUrl } = this.#options;
    if (!databaseUrl) {
      return {
        gateway: `sqlite:${this.home.file('gateway.sqlite')}`,
        worker: `sqlite:${this.home.file('worker.sqlite')}`,
      };
    }
    const databases = serviceDatabases(databaseUrl);
    const { createDatabase } = await import('./create-database.ts');
    await Promise.all([createDatabase(databases.gateway), createDatabase(databases.worker)]);
    return databases;
  }

  async #migrate(name: ServiceName, env: Record<string, string>): Promise<void> {
    const started = performance.now();
    const written = writtenMigrations(name);
    const migration = this.#spawn(name, env, ['migrate']);
    const exit = await migration.exited;
    if (exit.code !== 0)
      throw new Fault(`The ${name}'s database could not be migrated. ${migration.describeExit(exit)}`);
    this.#context.terminal.step(
      `${capital(name)} schema`,
      `${env.DATABASE_URL?.split(':')[0]}, ${duration(performance.now() - started)}`,
    );
    if (!this.#options.databaseUrl) reportChangedMigrations(this.home, name, written, this.#context.terminal);
  }

  /** Resolves with true when it serves, or with false once `signal` is aborted. */
  async #serve(name: ServiceName, env: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    const started = performance.now();
    const service = this.#spawn(name, env, []);
    const late = sleep(readyMs, undefined, { ref: false }).then(() => {
      throw new Fault(`The ${name} was not ready after ${duration(readyMs)}; see ${this.#logFile(name)}.`);
    });
    await Promise.race([service.ready, late, once(signal, 'abort')]);
    void service.exited.then((exit) => this.#reportExit(service, exit));
    if (signal.aborted) return false;
    this.#context.terminal.step(capital(name), `ready after ${duration(performance.now() - started)}`);
    return true;
  }

  #spawn(name: ServiceName, env: Record<string, string>, args: string[]): Service {
    if (this.#stopping) throw new Fault('Stopped while starting.');
    const { terminal, mains, env: outer } = this.#context;
    const { verbose, inspect, logFormat } = this.#options;
    const service = new Service({
      name,
      main: mains[name],
      args,
      env: withInherited(outer, env),
      logFile: this.#logFile(name),
      execArgv: inspect && args.length === 0 ? [`--inspect=127.0.0.1:${inspectPorts[name]}`] : [],
      onLine: logPrinter(terminal, name, { verbose, raw: logFormat === 'json' }),
    });
    this.#services.push(service);
    return service;
  }

  #reportExit(service: Service, exit: Exit): void {
    if (this.#stopping || this.#replaced.has(service)) return;
    if (this.#options.watch) {
      this.#context.terminal.error(`${service.describeExit(exit)} Waiting for a change.`);
      return;
    }
    this.#death.resolve(new Fault(`${service.describeExit(exit)} Its log: ${this.#logFile(service.name)}`));
  }

  #logFile(name: string): string {
    return join(this.home.path, 'logs', `${name}.log`);
  }

  async #stop(): Promise<void> {
    this.#reload?.end();
    const polls = setInterval(() => this.#sqs?.endPolls(), endPollsMs);
    await Promise.all(this.#services.filter((it) => !it.ended).map((it) => it.stop(drainMs)));
    clearInterval(polls);
    await Promise.all([this.#reload?.close(), ...this.#closers.map((close) => close())]);
    // Only what this playground wrote: the folder may belong to another one, which is why this one did not start.
    if (this.#state) this.home.removeState();
  }

  #writeState(ports: Ports, env: PlaygroundState['env']): void {
    const urls = playgroundUrls(ports, this.#options, (part) => this.#wants(part), this.#context.env);
    const services = Object.fromEntries(this.processes.map(({ name, pid }) => [name, pid]));
    this.#state = { pid: process.pid, services, started_at: new Date().toISOString(), urls, env };
    this.home.writeState(this.#state);
  }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
