import { request as requestTo } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../self-signed.ts';

/** Hosts by name, behind one HTTPS port: the gateway is `api.postern.test`, every other name is an empty page. */
export class Sites {
  readonly port: number;
  readonly #server: Server;
  #gatewayUrl = '';

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async open(): Promise<Sites> {
    const server = createServer(selfSigned('postern.test'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sites = new Sites(server);
    server.on('request', (request, response) => {
      if (request.headers.host !== `api.postern.test:${sites.port}`) {
        response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><title>A page</title>');
        return;
      }
      const { method, headers, url } = request;
      const onward = requestTo(new URL(url ?? '/', sites.#gatewayUrl), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    return sites;
  }

  origin(host: string): string {
    return `https://${host}:${this.port}`;
  }

  /** Where the requests for the gateway's name go on to. */
  serve(gatewayUrl: string): void {
    this.#gatewayUrl = gatewayUrl;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
