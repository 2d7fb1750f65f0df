import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scheduler } from '@postern/durable';
import { type Clock, errorMessage } from '@postern/runtime';
import { type QueueDirectory, toSqsApi } from '@postern/sqs';
import type { SqsClient } from '../consumers.ts';
import type { Ledger } from '../mail/delivery/ledger/ledger.ts';
import { MAIL_STATES } from '../mail/delivery/ledger/states.ts';
import type { Providers } from '../mail/delivery/providers.ts';
import { type ConsoleState, consolePage, type QueueState } from './console-page.ts';

export interface ConsoleParts {
  clock: Clock;
  ledger: Ledger;
  providers: Providers;
  client: SqsClient;
  queues: QueueDirectory;
  scheduler: Scheduler;
}

/** The console counts what changed in the last day: counting years would take the database from the mails. */
const DAY_MS = 86_400_000;

/** No script, no style but its own, no frame around it: the page shows what messages and servers said. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** The operators' page at `/console` on the ops port. It only shows; it changes nothing. */
export class Console {
  #parts: ConsoleParts | undefined;

  /** Gives it what it shows; before that it says that the worker is starting. */
  open(parts: ConsoleParts): void {
    this.#parts = parts;
  }

  /** True when the request was for the console. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/console.css') {
      response.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=300' });
      response.end(consolePage.css);
      return true;
    }
    if (path !== '/console') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    const page = consolePage.render(this.#parts ? await look(this.#parts) : { starting: true });
    response.writeHead(200, HEADERS).end(request.method === 'HEAD' ? undefined : page);
    return true;
  }
}

async function look({ clock, ledger, providers, client, queues, scheduler }: ConsoleParts): Promise<ConsoleState> {
  const problems: string[] = [];
  const orProblem = async <T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${what}: ${errorMessage(error)}`);
      return otherwise;
    }
  };
  const [depths, counts, oldestDue, schedules] = await Promise.all([
    orProblem('The queues cannot be asked', () => depthsOf(client, queues), []),
    orProblem(
      'The ledger cannot be read',
      () => ledger.counts(new Date(clock.now().getTime() - DAY_MS)),
      new Map<string, number>(),
    ),
    orProblem('The ledger cannot be read', () => ledger.oldestDue(), undefined),
    orProblem('The schedules cannot be read', () => scheduler.list(), []),
  ]);
  return {
    at: clock.now(),
    problems,
    queues: depths,
    mails: MAIL_STATES.map((state) => ({ state, count: counts.get(state) ?? 0 })),
    oldestDue,
    schedules,
    providers: providers.all.map(({ name, breaker }) => ({ name, state: breaker.state, retryAt: breaker.retryAt })),
  };
}

function depthsOf(client: SqsClient, queues: QueueDirectory): Promise<QueueState[]> {
  const api = toSqsApi(client);
  return Promise.all(
    queues.names.map(async (name) => {
      const { url, deadLetterUrl } = queues.get(name);
      const [live, dead] = await Promise.all([api.depth(url), api.depth(deadLetterUrl)]);
      return { name, ...live, dead: dead.visible + dead.inFlight + dead.delayed };
    }),
  );
}
