import { connect, createServer, type Server, type Socket } from 'node:net';
import { ownPort } from '../http/own-port.ts';
import { resetSocket } from './reset-socket.ts';

/** Decides, from what a client has just sent, whether the reply to it is to be swallowed. */
export type Swallows = (request: Buffer) => boolean;

/**
 * A way to a server that fails as networks do. Its address stays the same; faults last until `heal`.
 *
 * It is ours rather than toxiproxy since the faults that matter most here need a look at what is said: a reply to a
 * COMMIT or a DeleteMessage that is lost after the server has done the work.
 */
export class FaultyProxy {
  readonly #target: { host: string; port: number; url: URL };
  readonly #links = new Set<{ client: Socket; upstream: Socket; silent: boolean }>();
  /** Its own, since it listens there again after `refuse`. */
  readonly #port: number;
  #server: Server | undefined;
  #allSilent = false;
  #delayMs = 0;
  #swallows: Swallows | undefined;
  #silentAt: string | undefined;
  /** Replies that were swallowed, ever. */
  swallowed = 0;

  private constructor(target: string, port: number) {
    const url = new URL(target);
    this.#port = port;
    this.#target = { url, host: url.hostname, port: Number(url.port) };
  }

  static async before(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, await ownPort());
    await proxy.#listen();
    return proxy;
  }

  /** The target's URL with this way in its place. */
  get url(): string {
    const url = new URL(this.#target.url);
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url.href.replace(/\/$/, '');
  }

  /** How many clients are connected. */
  get open(): number {
    return this.#links.size;
  }

  /** Connections are refused, and open ones cut: a server that has gone. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    this.cut();
    await closed;
  }

  /** Open connections are reset; new ones work. */
  cut(): void {
    for (const { client, upstream } of this.#links) {
      resetSocket(client);
      upstream.destroy();
    }
  }

  /** Open connections and new ones hang: a firewall that drops everything. */
  silence(): void {
    this.#allSilent = true;
  }

  /** Open connections hang (at most so many); new ones work: half-open ones after a fail-over. */
  silenceOpen(most = Number.POSITIVE_INFINITY): void {
    for (const link of [...this.#links].slice(0, most)) link.silent = true;
  }

  /** The next connection that sends `text` has it delivered, and hangs from then on. */
  silenceAt(text: string): void {
    this.#silentAt = text;
  }

  /** Each packet from the server comes this much later, in milliseconds. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Where the function says so, the server gets the request and does it, and the client gets a reset instead of its reply. */
  swallow(swallows: Swallows): void {
    this.#swallows = swallows;
  }

  /** Everything works again. What has hung is reset, as a network that comes back does to packets it has no memory of. */
  async heal(): Promise<void> {
    this.#delayMs = 0;
    this.#swallows = undefined;
    for (const { client, silent } of this.#links) if (silent || this.#allSilent) resetSocket(client);
    this.#allSilent = false;
    if (!this.#server) await this.#listen();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.refuse();
  }

  async #listen(): Promise<void> {
    const server = createServer((client) => this.#join(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  #join(client: Socket): void {
    const upstream = connect(this.#target.port, this.#target.host);
    const link = { client, upstream, silent: false };
    this.#links.add(link);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    let swallowNext = false;
    const silent = () => link.silent || this.#allSilent;
    client.on('data', (data: Buffer) => {
      if (silent()) return;
      // A request that comes in several pieces is one all the same.
      if (this.#swallows?.(data)) swallowNext = true;
      if (this.#silentAt !== undefined && data.includes(this.#silentAt)) {
        link.silent = true;
        this.#silentAt = undefined;
      }
      upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => {
      if (silent()) return;
      if (swallowNext) {
        this.swallowed += 1;
        resetSocket(client);
      } else if (this.#delayMs > 0) setTimeout(() => client.write(data), this.#delayMs);
      else client.write(data);
    });
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      one.on('error', () => undefined);
      // A silent network does not pass on that the other side has gone, either.
      one.on('close', () => {
        if (one === client || !silent()) other.destroy();
        if (one === client) this.#links.delete(link);
      });
    }
  }
}
