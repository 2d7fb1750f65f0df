import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on which a peer can go silent: connections stay open, and nothing more comes back. */
export class SilentProxy {
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  readonly #silent = new Set<Socket>();
  #allSilent = false;
  #silentAt: string | undefined;
  readonly #server = createServer((client) => this.#join(client));
  readonly #target: URL;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async before(target: string): Promise<SilentProxy> {
    const proxy = new SilentProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** How many clients are connected. */
  get open(): number {
    return this.#clients.size;
  }

  /** Connections opened so far (or `most` of them) hang from now on; new ones work. */
  silenceOpen(most = Number.POSITIVE_INFINITY): void {
    for (const client of [...this.#clients].slice(0, most)) this.#silent.add(client);
  }

  /** Connections hang, and new ones as well: a firewall that drops everything. */
  silenceAll(): void {
    this.#allSilent = true;
  }

  /** The next connection that says `text` has it delivered, and gets no answer. */
  silenceAt(text: string): void {
    this.#silentAt = text;
  }

  #join(client: Socket): void {
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    let muted = false;
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    const silent = () => muted || this.#allSilent || this.#silent.has(client);
    client.on('data', (data) => {
      if (silent()) return;
      if (this.#silentAt !== undefined && data.includes(this.#silentAt)) {
        muted = true;
        this.#silentAt = undefined;
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => void (silent() || client.write(data)));
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
