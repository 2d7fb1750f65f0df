import type { Options } from 'k6/options';
import { watchMemory } from './lib/memory.ts';
import { arrivals } from './lib/mix.ts';
import { type Member, members } from './lib/newcomer.ts';

const seconds = Number(__ENV.SECONDS || 300);
const { GATEWAY_OPS_URL = '', WORKER_OPS_URL = '' } = __ENV;
/** Of five minutes: a service that has been busy for hours has to stay far below. */
const MB_PER_MINUTE = Number(__ENV.MB_PER_MINUTE || 5);

/** The same load for a long time: nothing gets lost, slower or bigger. */
export const options: Options = {
  scenarios: {
    registrations: arrivals('register', { rate: 2, seconds }),
    sign_ins: arrivals('login', { rate: 2, seconds }),
    reads: arrivals('read', { rate: 50, seconds }),
    memory: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'memory', maxDuration: `${seconds + 60}s` },
  },
  thresholds: {
    checks: ['rate==1'],
    unexpected_answers: ['count==0'],
    mail_arrived: ['rate==1'],
    http_req_failed: ['rate<0.001'],
    'http_req_duration{name:/v1/auth/user}': ['p(95)<2000'],
    'resident_mb{service:gateway}': ['max>0'],
    'resident_mb{service:worker}': ['max>0'],
    'memory_slope_mb_per_minute{service:gateway}': [`value<${MB_PER_MINUTE}`],
    'memory_slope_mb_per_minute{service:worker}': [`value<${MB_PER_MINUTE}`],
  },
};

export function setup(): Member[] {
  if (!GATEWAY_OPS_URL || !WORKER_OPS_URL)
    throw new Error('Set GATEWAY_OPS_URL and WORKER_OPS_URL to where the metrics are.');
  return members(10);
}

export function memory(): void {
  watchMemory({ gateway: GATEWAY_OPS_URL, worker: WORKER_OPS_URL }, seconds);
}

export { login, read, register } from './lib/mix.ts';
