import type { Options } from 'k6/options';
import { arrivals, type Kind } from './lib/mix.ts';
import { type Member, members } from './lib/newcomer.ts';
import { times } from './lib/times.ts';

const seconds = Number(__ENV.SECONDS || 30);
const of = (kind: Kind, rate: string | undefined, otherwise: number) =>
  arrivals(kind, { rate: Number(rate || otherwise), seconds });

export const options: Options = {
  scenarios: {
    registrations: of('register', __ENV.REGISTRATIONS, 3),
    sign_ins: of('login', __ENV.SIGN_INS, 3),
    reads: of('read', __ENV.READS, 100),
  },
  thresholds: {
    checks: ['rate==1'],
    unexpected_answers: ['count==0'],
    mail_arrived: ['rate==1'],
    http_req_failed: ['rate<0.001'],
    // For two cores, shared with a noisy neighbour, k6 and the whole playground.
    ...times({
      dropped_iterations: ['count<50'],
      'http_req_duration{name:/v1/auth/register}': ['p(95)<6000'],
      'http_req_duration{name:/v1/auth/login}': ['p(95)<6000'],
      'http_req_duration{name:/v1/auth/user}': ['p(95)<2000'],
    }),
  },
};

export function setup(): Member[] {
  return members(10);
}

export { login, read, register } from './lib/mix.ts';
