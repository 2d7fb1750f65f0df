import type { Options } from 'k6/options';
import { administration } from './journeys/administration.ts';
import { emailChange } from './journeys/email-change.ts';
import { machines } from './journeys/machines.ts';
import { type Member, signUp } from './journeys/member.ts';
import * as own from './journeys/own.ts';
import { passwords } from './journeys/passwords.ts';
import { privacy } from './journeys/privacy.ts';
import { recovery } from './journeys/recovery.ts';
import { roles } from './journeys/roles.ts';
import { sessions } from './journeys/sessions.ts';
import { twoFactor } from './journeys/two-factor.ts';
import { call } from './lib/call.ts';
import { operations } from './lib/operations.ts';

/** Every operation of the API's description, as people, administrators and programs call them; an operation that none did fails it. */
export const options: Options = {
  scenarios: {
    people: {
      ...{ executor: 'shared-iterations' as const, maxDuration: '5m' },
      ...{ vus: Number(__ENV.VUS || 2), iterations: Number(__ENV.ITERATIONS || 2) },
    },
  },
  thresholds: {
    checks: ['rate==1'],
    unexpected_answers: ['count==0'],
    ...Object.fromEntries(Object.keys(operations).map((id) => [`operation_called{operation:${id}}`, ['count>0']])),
  },
};

/** The administrator's token: whoever runs this names an account, and the runner makes one for a playground. */
export function setup(): string {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = __ENV;
  if (!email || !password) throw new Error('Set ADMIN_EMAIL and ADMIN_PASSWORD to those of an administrator.');
  return call<{ access_token: string }>('login', 200, { body: { email, password } }).access_token;
}

/** Of capabilities that a product may be without, in this order, by an operation that each of them has. */
const OPTIONAL: Readonly<Record<string, (member: Member, administrator: string) => void>> = {
  forgotPassword: recovery,
  requestEmailChange: emailChange,
  enrolTotp: twoFactor,
  listUsers: administration,
  eraseUser: privacy,
};

export default function journeys(administrator: string): void {
  machines();
  const member = signUp();
  for (const journey of Object.values<(member: Member) => void>(own)) journey(member);
  sessions(member);
  passwords(member);
  roles(member, administrator);
  for (const [operation, journey] of Object.entries(OPTIONAL))
    if (operations[operation]) journey(member, administrator);
}
