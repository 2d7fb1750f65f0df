import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { type OpenServer, openServer } from '@postern/runtime';
import type { Outcome } from '../ledger/acknowledgements.ts';
import type { Audit } from '../ledger/audit.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { System } from '../system.ts';
import { faults } from './faults.ts';

/** Where a gateway seems to be that answers what none may, below this path. */
const BROKEN = '/broken-gateway';

/**
 * What `k6/correctness.ts` asks of the system that it loads: where gateways listen, what it was promised, that something breaks, and in
 * the end what came of it. On the loopback alone; no part of a product.
 */
export class Control {
  readonly #system: System;
  readonly #random: SeededRandom;
  /** Whether the next gateway that the script is sent to is the broken one. */
  #sendAstray: boolean;
  readonly #server: Server;
  #open: OpenServer | undefined;
  /** There when the script has asked for the end. */
  audit: Audit | undefined;
  /** Faults that could not be brought about. */
  readonly failures: string[] = [];

  private constructor(system: System, random: SeededRandom, sendAstray: boolean) {
    this.#system = system;
    this.#random = random;
    this.#sendAstray = sendAstray;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        ([status, body]) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        (error: unknown) => {
          this.failures.push(`${request.url}: ${error}`);
          response.writeHead(500).end(String(error));
        },
      );
    });
  }

  /** @param sendAstray sends one sign-up to a gateway that answers with a 500, to see that it is noticed */
  static async start(system: System, random: SeededRandom, sendAstray: boolean): Promise<Control> {
    const control = new Control(system, random, sendAstray);
    control.#open = await openServer(control.#server, 0, '127.0.0.1');
    return control;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#open?.port}`;
  }

  async close(): Promise<void> {
    await this.#open?.close();
  }

  async #answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const { pathname } = new URL(request.url ?? '', this.url);
    if (pathname === '/gateways') return [200, this.#gateways()];
    if (pathname === '/outcomes') return [200, this.#record((await json(request)) as Reported)];
    if (pathname === '/rest') return [200, await this.#rest()];
    if (pathname.startsWith(BROKEN)) return [500, {}];
    const fault = faults[pathname.slice('/faults/'.length)];
    if (!fault) return [404, { error: `nothing is at ${pathname}` }];
    await fault(this.#system, this.#random);
    return [200, {}];
  }

  /** As a load balancer has them. */
  #gateways(): string[] {
    if (this.#sendAstray) {
      this.#sendAstray = false;
      return [this.url + BROKEN];
    }
    return this.#system.gateways.filter(({ isUp }) => isUp).map(({ url }) => url);
  }

  #record({ address, outcome }: Reported): unknown {
    this.#system.promises.record(address, outcome);
    return {};
  }

  async #rest(): Promise<Record<string, number>> {
    this.audit = await this.#system.rest();
    const { asked, acknowledged, unknown, lost, phantom, doubled, repeated, stuck } = this.audit;
    return {
      ...{ asked, acknowledged, unknown, lost: lost.length, phantom: phantom.length, doubled: doubled.length },
      ...{ repeated: repeated.length, stuck: stuck.length },
    };
  }
}

interface Reported {
  address: string;
  outcome: Outcome;
}
