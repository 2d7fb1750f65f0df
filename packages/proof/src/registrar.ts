import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Acknowledgements, Outcome } from './ledger/acknowledgements.ts';
import { PASSWORD } from './parts/person.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The share of clients that send an Idempotency-Key, and so may ask again. */
const WITH_KEY = 0.5;

export interface RegistrarOptions {
  /** Where gateways listen at the moment: as the load balancer has it. */
  gateways: () => readonly string[];
  promises: Acknowledgements;
  random: SeededRandom;
  /** How many people sign up at the same time. */
  clients: number;
  /** How many sign up a second, all together, as long as answers come in time; default: each as soon as the one before has its answer. */
  perSecond?: number;
  /** Of how many domains their addresses are; default 1. */
  domains?: number;
}

interface Answer {
  status: number;
  problem: string;
  retryAfter: string | undefined;
}

/** Nothing was sent: the load balancer goes to another replica. */
const NOT_SENT = new Set(['ECONNREFUSED']);
/** As long as a client of a load balancer waits. */
const ANSWER_MS = 30_000;
/** How long somebody with a key goes on asking. */
const TIMEOUT_MS = 120_000;
const RETRY_MS = 200;

/** People who sign up, one after the other in each of some lines, over connections that are kept open. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #lines: Promise<void>[] = [];
  #ended = false;
  #chosen: (() => readonly string[]) | undefined;
  #drawn = 0;
  /** When the next sign-up begins where they come so many a second, by `performance.now()`. */
  #next = 0;
  /** Answers that no fault excuses: 500, 503 without Retry-After, what is not a problem document. */
  readonly unexpected: string[] = [];
  /** Answers of 503, which ask to come again. */
  turnedAway = 0;
  /** Answers that nobody can know what became of it. */
  toldUnknown = 0;
  /** How long each acknowledged sign-up took, in milliseconds. */
  readonly latencies: number[] = [];

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** From now on the load balancer knows these replicas only; all that are up when `undefined`. */
  use(gateways: (() => readonly string[]) | undefined): void {
    this.#chosen = gateways;
  }

  start(): void {
    for (let client = 0; client < this.#options.clients; client++) this.#lines.push(this.#line());
  }

  /** Nobody new comes; those who wait for an answer get it. */
  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#lines);
    this.#agent.destroy();
  }

  async #line(): Promise<void> {
    for (;;) {
      await this.#turn();
      if (this.#ended) return;
      await this.signUp();
    }
  }

  /** What was missed while no answers came is not made up for. */
  async #turn(): Promise<void> {
    const { perSecond } = this.#options;
    if (perSecond === undefined) return;
    const now = performance.now();
    this.#next = Math.max(this.#next + 1_000 / perSecond, now);
    await pause(this.#next - now);
  }

  /** One sign-up, until its outcome is known or nobody can know it. */
  async signUp(): Promise<Outcome> {
    const { promises, random } = this.#options;
    const n = ++this.#drawn;
    const address = `p${n}-${randomUUID().slice(-12)}@${domainOf(n, this.#options.domains)}`;
    const key = random.next() < WITH_KEY ? randomUUID() : undefined;
    promises.record(address, 'asked');
    const outcome = await this.#ask(address, key);
    promises.record(address, outcome);
    return outcome;
  }

  async #ask(address: string, key: string | undefined): Promise<Outcome> {
    const began = performance.now();
    let unknown = false;
    for (;;) {
      const answer = await this.#send(address, key).catch((error: NodeJS.ErrnoException) => {
        if (!NOT_SENT.has(error.code ?? '')) unknown = true;
        return undefined;
      });
      if (answer?.status === 201) {
        this.latencies.push(performance.now() - began);
        return 'acknowledged';
      }
      if (answer?.problem === 'outcome-unknown') {
        unknown = true;
        this.toldUnknown += 1;
      }
      if (answer) this.#judge(answer);
      // Without a key a second request could be a second sign-up. What was surely not done may be asked for again.
      const mayAskAgain = key !== undefined || !unknown;
      if (!mayAskAgain) return 'unknown';
      if (performance.now() - began > TIMEOUT_MS || this.#ended) return unknown ? 'unknown' : 'refused';
      await pause(RETRY_MS);
    }
  }

  #judge({ status, problem, retryAfter }: Answer): void {
    if (status === 503) this.turnedAway += 1;
    const excused = (status === 503 && retryAfter !== undefined) || problem === 'request-in-flight';
    if (!excused) this.unexpected.push(`${status} ${problem}${retryAfter === undefined ? ', no Retry-After' : ''}`);
  }

  #send(address: string, key: string | undefined): Promise<Answer> {
    const gateways = (this.#chosen ?? this.#options.gateways)();
    if (gateways.length === 0) return Promise.reject(Object.assign(new Error('no replica'), { code: 'ECONNREFUSED' }));
    const url = `${this.#options.random.oneOf(gateways)}/v1/auth/register`;
    const body = JSON.stringify({
      first_name: 'Ada',
      last_name: 'Lovelace',
      email: address,
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#agent, headers, timeout: ANSWER_MS }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const problem = /"type":"[^"]*\/([^"/]+)"/.exec(text)?.[1] ?? 'no problem document';
          resolve({ status: answer.statusCode ?? 0, problem, retryAfter: answer.headers['retry-after'] });
        });
      });
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function domainOf(n: number, domains = 1): string {
  return domains === 1 ? 'proof.example' : `d${n % domains}.proof.example`;
}
