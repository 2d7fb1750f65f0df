import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type TokenAnswer = { status?: number; body: unknown };

/** A token endpoint (RFC 6749, 3.2) that answers as a test says, and keeps what it was asked. */
export class TokenEndpoint {
  readonly #server: Server;
  readonly asked: Record<string, string>[] = [];
  /** By how often it was asked, from 1. */
  answer: (count: number) => TokenAnswer = (count) => ({
    body: { access_token: `token-${count}`, expires_in: 3_600, token_type: 'Bearer' },
  });

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TokenEndpoint> {
    const server = createServer();
    const endpoint = new TokenEndpoint(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      endpoint.asked.push(Object.fromEntries(new URLSearchParams(text)));
      const { status = 200, body } = endpoint.answer(endpoint.asked.length);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
