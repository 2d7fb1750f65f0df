import { type Clock, errorMessage, type Logger, RecurringWarnings, withoutAddresses } from '@postern/runtime';
import { Breaker, type BreakerOptions, DEFAULT_BREAKER } from '../../policies/breaker.ts';
import { Provider } from './provider.ts';
import type { MailTransport } from './transports/mail-transport.ts';

/** How often open breakers are looked at, in milliseconds. */
const WATCH_MS = 250;

/** The providers in the order they are preferred, and the watch that probes those that do not work. */
export class Providers {
  readonly all: readonly Provider[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #warnings: RecurringWarnings;
  readonly #stop = new AbortController();
  #watching: Promise<unknown> | undefined;

  constructor(
    transports: readonly MailTransport[],
    clock: Clock,
    logger: Logger,
    breaker: BreakerOptions = DEFAULT_BREAKER,
  ) {
    this.#clock = clock;
    this.#logger = logger;
    this.#warnings = new RecurringWarnings({ logger, clock });
    this.all = transports.map((transport) => {
      const provider: Provider = new Provider(
        transport,
        new Breaker(clock, { ...breaker, probeMs: transport.longestTryMs }),
        {
          failed: (reason) => this.#warn(provider, reason),
          refusesDomain: (domain, reason) => this.#warnOfDomain(provider, domain, reason),
        },
        clock,
      );
      return provider;
    });
  }

  /** The first that works, past `after` if given. */
  available(after?: Provider): Provider | undefined {
    const from = after === undefined ? 0 : this.all.indexOf(after) + 1;
    return this.all.slice(from).find(({ available }) => available);
  }

  byName(name: string | undefined): Provider | undefined {
    return this.all.find((provider) => provider.name === name);
  }

  /** The soonest that a provider, or the one that is named, will be probed again. */
  retryAt(name?: string): Date {
    const asked = name === undefined ? this.all : this.all.filter((provider) => provider.name === name);
    return new Date(Math.min(...asked.map(({ retryAt }) => retryAt.getTime())));
  }

  /** Why none can be used, or not the one that is named: with what each said when it last did not work. */
  whyNone(name?: string): string {
    const asked = name === undefined ? this.all : this.all.filter((provider) => provider.name === name);
    const said = asked.flatMap((it) => (it.lastWords ? [`${it.name}: ${it.lastWords.text}`] : []));
    return `no mail provider works at the moment${said.length === 0 ? '' : ` (${said.join('; ')})`}`;
  }

  /** Throws when no provider can be used: the process cannot send. Nor can it while the mail that is the probe waits for an answer. */
  check(): void {
    if (this.all.every(({ available }) => !available)) {
      throw new Error(`no mail provider works: ${this.all.map(({ name }) => name).join(', ')}`);
    }
  }

  /** Connects to every provider without a mail, so that one that does not work is known and said; from then on those whose breaker is open are probed. */
  start(): void {
    this.#watching = Promise.all(this.all.map((provider) => this.#watch(provider, this.#stop.signal)));
  }

  /** As {@link Provider.refuseWaiting}, of all. */
  refuseWaiting(): void {
    for (const provider of this.all) provider.refuseWaiting();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  /** Each provider has its own watch: one that is slow to say no holds back no other's return. */
  async #watch(provider: Provider, signal: AbortSignal): Promise<void> {
    const { breaker } = provider;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#verify(provider), stopped]);
    while (!signal.aborted) {
      if (breaker.probeDue) {
        await Promise.race([this.#probe(provider), stopped]);
      }
      provider.reportHanging();
      await this.#clock.sleep(WATCH_MS, signal).catch(() => undefined);
    }
  }

  async #verify(provider: Provider): Promise<void> {
    try {
      await provider.transport.verify();
    } catch (error) {
      provider.breaker.failed(true);
      this.#warn(provider, errorMessage(error));
    }
  }

  async #probe(provider: Provider): Promise<void> {
    try {
      await provider.transport.verify();
      provider.breaker.probed();
      this.#logger.info('the mail provider answers again', { provider: provider.name });
    } catch (error) {
      provider.breaker.stillDown();
      this.#warn(provider, errorMessage(error));
    }
  }

  #warnOfDomain({ name }: Provider, domain: string, reason: string): void {
    this.#warnings.warn(
      `${name} ${domain}`,
      'the mail provider refuses everybody at a domain; mails to it wait in the ledger',
      { provider: name, domain, reason: withoutAddresses(reason) },
    );
  }

  /** At once, then once a minute while it lasts: a provider that is down fails each mail and each probe. */
  #warn(provider: Provider, said: string): void {
    const { name, breaker } = provider;
    const reason = withoutAddresses(said);
    provider.lastWords = { text: reason, at: this.#clock.now() };
    this.#warnings.warn(name, 'the mail provider does not work; mails wait in the ledger', {
      provider: name,
      reason,
      breaker: breaker.state,
      ...(breaker.state === 'open' && { next_probe: breaker.retryAt.toISOString() }),
    });
  }
}
