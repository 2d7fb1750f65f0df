import type { Options } from 'k6/options';
import { newcomer } from './lib/newcomer.ts';
import { times } from './lib/times.ts';

/** A few people walk the main job at once: does everything work, does every mail arrive? */
export const options: Options = {
  scenarios: { newcomers: { executor: 'shared-iterations', vus: 4, iterations: 20, maxDuration: '2m' } },
  thresholds: {
    checks: ['rate==1'],
    mail_arrived: ['rate==1'],
    http_req_failed: ['rate==0'],
    ...times({ 'http_req_duration{name:/v1/auth/user}': ['p(95)<1000'] }),
  },
};

export default function smoke(): void {
  newcomer();
}
