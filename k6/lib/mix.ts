import exec from 'k6/execution';
import type { Scenario } from 'k6/options';
import { readUser, signIn } from './account.ts';
import { type Member, registration } from './newcomer.ts';

/** What the scripts of load are mixed of; a registration and a sign-in cost a password hash each, the ceiling of a small machine. */
export type Kind = 'register' | 'login' | 'read';

export interface Arrivals {
  /** A second. */
  rate: number;
  seconds: number;
  /** After the start. */
  at?: number;
  tags?: Record<string, string>;
}

/** Arrivals whatever the answers take: an open model, so that a slow gateway cannot hide. */
export function arrivals(kind: Kind, { rate, seconds, at = 0, tags = {} }: Arrivals): Scenario {
  return {
    ...{ executor: 'constant-arrival-rate', exec: kind, tags },
    ...{ rate, timeUnit: '1s', duration: `${seconds}s`, startTime: `${at}s` },
    preAllocatedVUs: Math.min(100, Math.max(20, rate)),
    maxVUs: Math.min(500, Math.max(100, rate * 10)),
  };
}

const anyOf = (people: Member[]) => people[exec.scenario.iterationInTest % people.length] as Member;

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
