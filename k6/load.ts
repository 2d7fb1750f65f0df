import type { Options } from 'k6/options';
import { readUser, signIn } from './lib/account.ts';
import { type Member, members, registration } from './lib/newcomer.ts';

const DURATION = __ENV.DURATION || '30s';
/** Registrations and sign-ins cost a password hash each, which is the ceiling of a small machine. */
const REGISTRATIONS = Number(__ENV.REGISTRATIONS || 3);
const SIGN_INS = Number(__ENV.SIGN_INS || 3);
const READS = Number(__ENV.READS || 100);
const MEMBERS = 10;

/** Arrivals per second, whatever the answers take: an open model, so that a slow gateway cannot hide. */
const arrivals = (exec: string, rate: number) => ({
  executor: 'constant-arrival-rate' as const,
  exec,
  rate,
  timeUnit: '1s',
  duration: DURATION,
  preAllocatedVUs: Math.max(20, rate),
  maxVUs: Math.max(100, rate * 10),
});

export const options: Options = {
  scenarios: {
    registrations: arrivals('register', REGISTRATIONS),
    sign_ins: arrivals('login', SIGN_INS),
    reads: arrivals('read', READS),
  },
  thresholds: {
    checks: ['rate==1'],
    mail_arrived: ['rate==1'],
    http_req_failed: ['rate<0.001'],
    // What is lost is never excused; times are for the slowest machine that runs this: two cores, shared with a noisy
    // neighbour, k6 and the whole playground.
    dropped_iterations: ['count<50'],
    'http_req_duration{name:/v1/auth/register}': ['p(95)<6000'],
    'http_req_duration{name:/v1/auth/login}': ['p(95)<6000'],
    'http_req_duration{name:/v1/auth/user}': ['p(95)<2000'],
  },
};

export function setup(): Member[] {
  return members(MEMBERS);
}

function anyOf(people: Member[]): Member {
  return people[Math.floor(Math.random() * people.length)] as Member;
}

export function register(): void {
  registration();
}

export function login(people: Member[]): void {
  signIn(anyOf(people));
}

export function read(people: Member[]): void {
  const { accessToken, email } = anyOf(people);
  readUser(accessToken, email);
}
