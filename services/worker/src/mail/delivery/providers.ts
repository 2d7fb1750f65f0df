import { type Clock, errorMessage, type Logger } from '@postern/runtime';
import type { ComposedMail, MailTransport, Outcome, TryOptions } from '../transports/mail-transport.ts';
import { Breaker, type BreakerOptions, DEFAULT_BREAKER } from './breaker.ts';
import { Permits } from './permits.ts';

/** A transport with the breaker before it and as many mails at a time as it can work on. */
export class Provider {
  readonly transport: MailTransport;
  readonly breaker: Breaker;
  readonly #permits: Permits;

  constructor(transport: MailTransport, breaker: Breaker) {
    this.transport = transport;
    this.breaker = breaker;
    this.#permits = new Permits(transport.concurrency);
  }

  get name(): string {
    return this.transport.name;
  }

  /**
   * Tries once, unless the breaker opened while the mail waited for its turn.
   *
   * @param startWithinMs what begins later would not end within its lease, and is not begun
   */
  async send(mail: ComposedMail, startWithinMs: number, options: TryOptions): Promise<Outcome> {
    const outcome = await this.#permits.with(startWithinMs, options.signal, () => this.#try(mail, options));
    return outcome ?? { kind: 'retry', reason: `no connection to ${this.name} was free in time`, elsewhere: false };
  }

  async #try(mail: ComposedMail, options: TryOptions): Promise<Outcome> {
    if (!this.breaker.pass()) return { kind: 'provider-down', reason: `${this.name} is shut off`, refused: false };
    const outcome = await this.transport.send(mail, options);
    // What we cut off ourselves, at a stop, says nothing of the provider; a half-open breaker waits for an answer.
    if (options.signal.aborted && this.breaker.state === 'closed') return outcome;
    if (outcome.kind === 'provider-down') this.breaker.failed(outcome.refused);
    else if (outcome.kind === 'unknown') this.breaker.failed(false);
    else this.breaker.succeeded();
    return outcome;
  }
}

/** How often open breakers are looked at, in milliseconds. */
const WATCH_MS = 250;

/** The providers in the order they are preferred, and the watch that probes those that do not work. */
export class Providers {
  readonly all: readonly Provider[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #watching: Promise<unknown> | undefined;

  constructor(
    transports: readonly MailTransport[],
    clock: Clock,
    logger: Logger,
    breaker: BreakerOptions = DEFAULT_BREAKER,
  ) {
    this.all = transports.map((transport) => new Provider(transport, new Breaker(clock, breaker)));
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The first that works, past `after` if given. */
  available(after?: Provider): Provider | undefined {
    const from = after === undefined ? 0 : this.all.indexOf(after) + 1;
    return this.all.slice(from).find(({ breaker }) => breaker.available);
  }

  byName(name: string | undefined): Provider | undefined {
    return this.all.find((provider) => provider.name === name);
  }

  /** The soonest that a provider, or the one that is named, will be probed again. */
  retryAt(name?: string): Date {
    const asked = name === undefined ? this.all : this.all.filter((provider) => provider.name === name);
    return new Date(Math.min(...asked.map(({ breaker }) => breaker.retryAt.getTime())));
  }

  /** Throws when no provider can be used: the process cannot send. */
  check(): void {
    if (this.all.every(({ breaker }) => breaker.state === 'open')) {
      throw new Error(`no mail provider works: ${this.all.map(({ name }) => name).join(', ')}`);
    }
  }

  /**
   * Connects to every provider without a mail, so that one that does not work is known and said before a mail is tried.
   */
  async verify(): Promise<void> {
    await Promise.all(
      this.all.map(async (provider) => {
        try {
          await provider.transport.verify();
        } catch (error) {
          provider.breaker.failed(true);
          this.#say(provider, error);
        }
      }),
    );
  }

  /** Starts to probe providers whose breaker is open. */
  start(): void {
    this.#watching = Promise.all(this.all.map((provider) => this.#watch(provider, this.#stop.signal)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  /** Each provider has its own watch: one that is slow to say no holds back no other's return. */
  async #watch(provider: Provider, signal: AbortSignal): Promise<void> {
    const { breaker } = provider;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      if (breaker.state === 'open' && breaker.retryAt <= this.#clock.now()) {
        await Promise.race([this.#probe(provider), stopped]);
      }
      await this.#clock.sleep(WATCH_MS, signal).catch(() => undefined);
    }
  }

  async #probe(provider: Provider): Promise<void> {
    try {
      await provider.transport.verify();
      provider.breaker.probed();
      this.#logger.info('the mail provider answers again', { provider: provider.name });
    } catch (error) {
      provider.breaker.stillDown();
      this.#say(provider, error);
    }
  }

  #say({ name, breaker }: Provider, error: unknown): void {
    this.#logger.warn('the mail provider does not work; mails wait in the ledger', {
      provider: name,
      reason: errorMessage(error),
      next_probe: breaker.retryAt.toISOString(),
    });
  }
}
