import { Agent, type IncomingMessage, request } from 'node:http';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import type { Audit } from '../ledger/audit.ts';
import { FUZZ_DOMAIN, type FuzzCase, FuzzCases, type OpenApi } from '../parts/fuzz-cases.ts';
import { Person } from '../parts/person.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 1;
const LANES = 8;
/** Asked before anything is looked at: what the first requests load stays. */
const WARM = 0.2;
const MEMORY_BYTES = 100 * 2 ** 20;
const FLOOD_BYTES = 100 * 2 ** 20;
const ANSWER_MS = 60_000;
/** Of the path and of HTTP itself, before there is an operation: RFC 9110 and 6585. */
const OF_HTTP = new Set([400, 404, 405, 408, 413, 414, 417, 431]);

export const fuzz: Experiment = {
  name: 'fuzz',
  what: 'requests drawn from the OpenAPI document with something strange in each: lone surrogates, NUL, 10,000 levels, __proto__, no UTF-8, headers and paths that nobody sends; and one body of 100 MB',
  passesWhen:
    'no answer is 5xx or has a status that is not documented, errors are problem documents, memory grows by 100 MB at most',
  runs: { short: 2_000, long: 50_000 },
  minutes: 4,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 1, workers: 1, random, plant });
    const [gateway] = system.gateways;
    if (!gateway) throw new Error('there is no gateway');
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(5);
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as OpenApi;
    const cases = new FuzzCases(document, random);
    const agent = new Agent({ keepAlive: true });
    system.onEnd(async () => agent.destroy());
    const token = await signedIn(system, gateway.url, random);
    const statuses = new Map<number, number>();
    const found = new Set<string>();
    let [asked, before, most] = [0, gateway.memoryBytes, 0];
    const lane = async () => {
      while (asked < runs) {
        asked += 1;
        if (asked === Math.round(runs * WARM)) before = gateway.memoryBytes;
        if (asked % 500 === 0) report(`${asked} of ${runs}, ${found.size} findings`);
        const drawn = cases.draw(token);
        const answer = await ask(gateway.url, drawn, agent).catch((error: Error) => ({
          status: 0,
          type: String(error),
        }));
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const wrong = wrongWith(answer, drawn);
        if (wrong) found.add(`${wrong}: ${drawn.name}`);
        most = Math.max(most, gateway.memoryBytes);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const flood = await flooded(gateway.url);
    most = Math.max(most, gateway.memoryBytes);
    const audit = await system.rest();
    for (const finding of found) report(finding);
    return conclude(withoutFuzz(audit), registrar, {
      figures: {
        cases: runs,
        statuses: [...statuses]
          .sort(([a], [b]) => a - b)
          .map(([status, count]) => `${status}: ${count}`)
          .join(' '),
        memory_grown_mb: Math.round((most - before) / 2 ** 20),
      },
      promises: {
        [`${found.size} answers were not as documented, such as ${[...found][0]}`]: found.size === 0,
        [`100 MB were answered with 413 or cut off, not ${flood}`]: flood === 413 || flood === 0,
        'memory grows by 100 MB at most': most - before <= MEMORY_BYTES,
      },
      repeatsAllowed: 0,
    });
  },
};

interface Answer {
  status: number;
  type: string;
}

/** What is wrong with an answer, if anything is. */
function wrongWith({ status, type }: Answer, { documented }: FuzzCase): string | undefined {
  if (status === 0) return `no answer (${type})`;
  if (status >= 500) return `status ${status}`;
  if (!documented.has(status) && !OF_HTTP.has(status)) return `status ${status}, which is not documented`;
  if (status >= 400 && !type.startsWith('application/problem+json')) return `status ${status} as "${type}"`;
  return undefined;
}

function ask(url: string, { method, path, headers, body }: FuzzCase, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '' }));
    };
    const length = body === undefined ? {} : { 'content-length': body.length };
    const sent = request(
      `${url}${path}`,
      { method, agent, headers: { ...headers, ...length }, timeout: ANSWER_MS },
      answered,
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends 100 MB as one body. The status, or 0 where the connection was cut off. */
function flooded(url: string): Promise<number> {
  const piece = Buffer.alloc(2 ** 20, 'x');
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    sent.on('response', (answer) => {
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.on('error', () => resolve(0));
    let left = FLOOD_BYTES / piece.length;
    const go = (): void => {
      while (left-- > 0 && !sent.destroyed) if (!sent.write(piece)) return void sent.once('drain', go);
      sent.end();
    };
    go();
  });
}

/** The access token of somebody new. */
async function signedIn(system: System, url: string, random: SeededRandom): Promise<string> {
  const person = new Person(url, `person-${random.between(1, 1e9)}@${FUZZ_DOMAIN}`);
  await person.signUp();
  const mail = () => system.smtp.received.find(({ to }) => to === person.address);
  await until(() => mail()?.token !== undefined, ANSWER_MS, 'the mail of the person who signs in');
  await person.confirm(mail()?.token ?? '');
  const { body } = await person.signIn();
  return String(body.access_token);
}

/** Whoever signed up with a strange address may have mail or not. */
function withoutFuzz(audit: Audit): Audit {
  return {
    ...audit,
    phantom: audit.phantom.filter((address) => !address.endsWith(FUZZ_DOMAIN)),
    // What somebody signed in asks for is mailed to them.
    doubled: audit.doubled.filter((address) => !address.endsWith(FUZZ_DOMAIN)),
    stuck: audit.stuck.filter((words) => !/mails are failed$/.test(words)),
  };
}
