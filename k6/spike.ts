import type { Options, Scenario } from 'k6/options';
import { arrivals, type Kind } from './lib/mix.ts';
import { type Member, members } from './lib/newcomer.ts';

const FACTOR = Number(__ENV.FACTOR || 15);
const CALM: Record<Kind, number> = { read: 20, login: 1, register: 1 };
/** Begin and length in seconds. After the spike there is time to recover, of which nothing is asked but answers that may be. */
const PHASES = { calm: [0, 10], spike: [10, 10], recovery: [20, 15], after: [35, 15] } as const;

const scenarios = Object.entries(PHASES).flatMap(([phase, [at, seconds]]) =>
  Object.entries(CALM).map(([kind, calm]): [string, Scenario] => [
    `${phase}_${kind}`,
    arrivals(kind as Kind, { rate: phase === 'spike' ? calm * FACTOR : calm, seconds, at, tags: { phase } }),
  ]),
);

/** All at once so many times the arrivals. Whoever is turned away is turned away politely, no mail is missing, and soon it is as before. */
export const options: Options = {
  scenarios: Object.fromEntries(scenarios),
  thresholds: {
    unexpected_answers: ['count==0'],
    mail_arrived: ['rate==1'],
    'checks{phase:calm}': ['rate==1'],
    'checks{phase:after}': ['rate==1'],
    // As long as clients wait.
    'http_req_duration{phase:spike}': ['max<30000'],
    'http_req_duration{phase:after,name:/v1/auth/user}': ['p(95)<1000'],
    'http_req_duration{phase:after,name:/v1/auth/login}': ['p(95)<3000'],
  },
};

export function setup(): Member[] {
  return members(10);
}

export { login, read, register } from './lib/mix.ts';
