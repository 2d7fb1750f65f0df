import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on which a peer can go silent: connections stay open, and nothing more comes back. */
export class SilentProxy {
  readonly #sockets = new Set<Socket>();
  #silentBefore = 0;
  #opened = 0;
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

  /** Connections opened so far hang from now on; new ones work. */
  silenceOpen(): void {
    this.#silentBefore = this.#opened;
  }

  /** All connections hang from now on, new ones too. */
  silenceAll(): void {
    this.#silentBefore = Number.POSITIVE_INFINITY;
  }

  /** The next connection that says `text` has it delivered, and gets no answer. */
  silenceAt(text: string): void {
    this.#silentAt = text;
  }

  #join(client: Socket): void {
    const number = this.#opened++;
    let muted = false;
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    const silent = () => muted || number < this.#silentBefore;
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
