import { sleep } from 'k6';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { send, unexpectedAnswers } from './lib/call.ts';
import { newPerson, type Person } from './lib/person.ts';
import { aGateway, breakBy, comeToRest, type Outcome, record } from './lib/system.ts';

const SECONDS = Number(__ENV.SECONDS || 28);
/** Sign-ups a second. */
const RATE = Number(__ENV.RATE || 8);
/** How long somebody goes on asking under their key. */
const TIMEOUT_MS = 60_000;
/** As many as a worker that is killed can have in the middle of their bodies; each comes again, under the same Message-ID. */
const REPEATS_PER_KILL = 10;
const KILLS_AT = [2, SECONDS - 4];

const acknowledged = new Counter('acknowledged');
const outcomesUnknown = new Counter('outcomes_unknown');
const lost = new Counter('lost');
const duplicateEffects = new Counter('duplicate_effects');
const phantomEffects = new Counter('phantom_effects');
const repeatedMails = new Counter('repeated_mails');
const stuck = new Counter('stuck');

const once = (exec: string, second: number) => ({
  ...{ executor: 'per-vu-iterations' as const, vus: 1, iterations: 1 },
  ...{ exec, startTime: `${second}s`, maxDuration: '2m' },
});

/**
 * People sign up, each under an Idempotency-Key, while a worker is killed, SQS refuses for 20 s, a gateway restarts and a worker is killed
 * again. In the end, everything that was acknowledged has had its effect, once.
 */
export const options: Options = {
  teardownTimeout: '7m',
  scenarios: {
    sign_ups: {
      ...{ executor: 'constant-arrival-rate', exec: 'signUp', rate: RATE, timeUnit: '1s', duration: `${SECONDS}s` },
      ...{ preAllocatedVUs: 20, maxVUs: 200, gracefulStop: '90s' },
    },
    ...Object.fromEntries(KILLS_AT.map((second) => [`worker_killed_at_${second}`, once('killWorker', second)])),
    sqs_refused: once('refuseSqs', 4),
    gateway_restarted: once('restartGateway', 10),
  },
  thresholds: {
    lost: ['count==0'],
    duplicate_effects: ['count==0'],
    unexpected_answers: ['count==0'],
    phantom_effects: ['count==0'],
    stuck: ['count==0'],
    outcomes_unknown: ['count==0'],
    repeated_mails: [`count<=${KILLS_AT.length * REPEATS_PER_KILL}`],
    // Without these there would be nothing to lose.
    acknowledged: [`count>=${Math.floor((RATE * SECONDS) / 2)}`],
    checks: ['rate==1'],
  },
};

export function signUp(): void {
  const person = newPerson();
  record(person.email, 'asked');
  record(person.email, register(person));
}

/** One sign-up, until its outcome is known. */
function register(person: Person): Outcome {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { status } = send('register', { at: aGateway(), body: person, key: person.email });
    if (status === 201) return 'acknowledged';
    // Nobody answered, or not now: the same key may be asked again. Nothing else is owed to a sign-up like this one.
    if (![0, 409, 500, 503].includes(status)) {
      unexpectedAnswers.add(1, { answer: `register: ${status}` });
      return 'refused';
    }
    sleep(0.2);
  }
  return 'unknown';
}

export function killWorker(): void {
  breakBy('worker-killed');
}

export function refuseSqs(): void {
  breakBy('sqs-refused');
}

export function restartGateway(): void {
  breakBy('gateway-restarted');
}

export function teardown(): void {
  const came = comeToRest();
  acknowledged.add(came.acknowledged);
  outcomesUnknown.add(came.unknown);
  lost.add(came.lost);
  duplicateEffects.add(came.doubled);
  phantomEffects.add(came.phantom);
  repeatedMails.add(came.repeated);
  stuck.add(came.stuck);
}
