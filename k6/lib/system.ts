import { check, sleep } from 'k6';
import http from 'k6/http';

/** What the runner of `correctness` answers on: the system under load, and what becomes of it. */
const control = __ENV.CONTROL_URL || 'http://127.0.0.1:3999';

export type Outcome = 'asked' | 'acknowledged' | 'refused' | 'unknown';

function ask<Body>(path: string, body: unknown = {}, timeout = '60s'): Body {
  const answer = http.post(`${control}${path}`, JSON.stringify(body), {
    ...{ timeout, tags: { name: 'control' }, responseType: 'text' as const },
  });
  if (!check(answer, { 'the system did as it was asked': ({ status }) => status === 200 })) {
    throw new Error(`${path}: ${answer.status} ${answer.body ?? answer.error}`);
  }
  return answer.json() as Body;
}

/** A gateway that is up, as a load balancer chooses; waits for one. */
export function aGateway(): string {
  for (;;) {
    const gateways = ask<string[]>('/gateways');
    const chosen = gateways[Math.floor(Math.random() * gateways.length)];
    if (chosen !== undefined) return chosen;
    sleep(0.1);
  }
}

/** On record before anything depends on it. */
export function record(address: string, outcome: Outcome): void {
  ask('/outcomes', { address, outcome });
}

/** Resolves when it is over. */
export function breakBy(fault: string): void {
  ask(`/faults/${fault}`);
}

export interface Came {
  acknowledged: number;
  unknown: number;
  lost: number;
  phantom: number;
  doubled: number;
  repeated: number;
  stuck: number;
}

/** Waits until nothing is under way any more, for five minutes at most, and compares what was promised with what came. */
export function comeToRest(): Came {
  return ask('/rest', {}, '400s');
}
