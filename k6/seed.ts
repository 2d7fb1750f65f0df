import type { Options } from 'k6/options';
import { registration } from './lib/newcomer.ts';

/** The load test this product's predecessor was measured by: a thousand registrations of five fields, here with each one's mail. */
export const options: Options = {
  scenarios: {
    registrations: {
      executor: 'shared-iterations',
      vus: Number(__ENV.VUS || 10),
      iterations: Number(__ENV.ITERATIONS || 1000),
      maxDuration: '10m',
    },
  },
  thresholds: {
    checks: ['rate==1'],
    mail_arrived: ['rate==1'],
    http_req_failed: ['rate==0'],
    'http_req_duration{name:/v1/auth/register}': ['p(95)<5000'],
  },
};

export default function seed(): void {
  registration();
}
