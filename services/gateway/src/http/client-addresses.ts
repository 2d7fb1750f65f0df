import type { IncomingMessage } from 'node:http';
import type { Logger } from '@postern/runtime';
import { clientAddress, isUnreadable } from './client-address.ts';

/** Headers in which proxies say whom they speak for. */
const FORWARDING = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/** Whose address a request has come from: the one answer for limits, audit, sessions and mails. */
export class ClientAddresses {
  readonly #hops: number;
  readonly #logger: Logger;
  #warned = false;

  /** @param hops trusted proxies before this process (TRUST_PROXY) */
  constructor(hops: number, logger: Logger) {
    this.#hops = hops;
    this.#logger = logger;
  }

  of({ headers, socket }: IncomingMessage): string {
    const forwarded = headers['x-forwarded-for'];
    const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    const address = clientAddress(socket.remoteAddress, list, this.#hops);
    if (isUnreadable(address)) {
      this.#warnOnce(
        'the trusted proxy writes into X-Forwarded-For what is no address; limits cannot tell networks apart',
      );
    }
    return address;
  }

  /** Says once, and not with every request, that addresses which proxies bring along are not looked at. */
  notice({ headers }: IncomingMessage): void {
    if (this.#warned || this.#hops > 0 || !FORWARDING.some((name) => headers[name] !== undefined)) return;
    this.#warnOnce(
      'requests come with forwarding headers, and TRUST_PROXY is 0: everybody behind that proxy counts as one client. Set TRUST_PROXY to the number of proxies before this process, or have them take such headers off',
    );
  }

  #warnOnce(message: string): void {
    if (!this.#warned) this.#logger.warn(message);
    this.#warned = true;
  }
}
