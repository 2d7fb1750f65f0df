import type { IncomingMessage } from 'node:http';
import type { Logger } from '@postern/runtime';
import { forwardedFor } from './forwarded.ts';
import { clientAddress, isUnreadable, listedIn } from './read-address.ts';

/** Headers in which proxies say whom they speak for. */
const FORWARDING = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/** Which header the trusted proxies write. Only this one: any other comes from the client. */
export type ProxyHeader = 'x-forwarded-for' | 'forwarded';

/** Whose address a request has come from: the one answer for limits, audit, sessions and mails. */
export class ClientAddresses {
  readonly #hops: number;
  readonly #header: ProxyHeader;
  readonly #logger: Logger;
  #warned = false;

  /** @param hops trusted proxies before this process (TRUST_PROXY), which write `header` (PROXY_HEADER) */
  constructor({ hops, header }: { hops: number; header: ProxyHeader }, logger: Logger) {
    this.#hops = hops;
    this.#header = header;
    this.#logger = logger;
  }

  /**
   * Express's `trust proxy`. It reads X-Forwarded-* alone, which come from the client where the proxies write another header.
   */
  get expressTrust(): number {
    return this.#header === 'x-forwarded-for' ? this.#hops : 0;
  }

  of({ headers, socket }: IncomingMessage): string {
    const given = this.#hops === 0 ? undefined : headers[this.#header];
    const text = Array.isArray(given) ? given.join(',') : (given ?? '');
    const claimed = this.#header === 'forwarded' ? forwardedFor(text, this.#hops) : listedIn(text);
    const address = clientAddress(socket.remoteAddress, claimed, this.#hops);
    if (isUnreadable(address)) {
      this.#warnOnce(
        'the trusted proxy writes something that is not an address into its header (PROXY_HEADER); limits cannot tell networks apart',
      );
    } else if (claimed.includes(undefined)) {
      this.#warnOnce(
        'the trusted proxy writes a malformed Forwarded header (RFC 7239: addresses with a colon are quoted, IPv6 is in brackets); everybody behind it counts as one client',
      );
    }
    return address;
  }

  /** Says once, and not with every request, that addresses which proxies bring along are not looked at. */
  notice({ headers }: IncomingMessage): void {
    if (this.#warned || this.#hops > 0 || !FORWARDING.some((name) => headers[name] !== undefined)) return;
    this.#warnOnce(
      'requests come with forwarding headers, and TRUST_PROXY is 0: everybody behind that proxy counts as one client. Set TRUST_PROXY to the number of proxies before this process, or have them remove such headers',
    );
  }

  #warnOnce(message: string): void {
    if (!this.#warned) this.#logger.warn(message);
    this.#warned = true;
  }
}
