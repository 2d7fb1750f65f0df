import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { testDatabase } from '@postern/runtime/testing';
import type { WorkerParts } from '../../test/support/worker-process.ts';
import { WorkerProcess } from '../../test/support/worker-process.ts';

const GATEWAY = join(import.meta.dirname, '../../../gateway');

export interface BenchGateway extends AsyncDisposable {
  /** What a worker needs to ask it for its part. */
  env: { GATEWAY_OPS_URL: string; PEER_KEY: string };
  /** Signs somebody up, in a trace. */
  signUp(email: string, traceparent: string): Promise<void>;
}

/** A gateway on the same queues, with a database of its own. */
export async function startGateway({ env }: Pick<WorkerParts, 'env'>): Promise<BenchGateway> {
  const database = await testDatabase('gateway');
  const [PEER_KEY, KEY_ENCRYPTION_KEY] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const own = {
    ...{ ...env, DATABASE_URL: database.url, PEER_KEY, KEY_ENCRYPTION_KEY, PUBLIC_URL: 'http://gateway.test' },
    ...{ GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: '0', GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' },
  };
  await new WorkerProcess(own, ['migrate'], GATEWAY).exited;
  const gateway = new WorkerProcess(own, [], GATEWAY);
  const { http, ops } = await gateway.ready;
  return {
    env: { GATEWAY_OPS_URL: `http://127.0.0.1:${ops}`, PEER_KEY },
    async signUp(email, traceparent) {
      const password = 'violet tractor swims 41 miles';
      const person = { first_name: 'Annabel', last_name: 'Traced', email, password, password_confirmation: password };
      const answer = await fetch(`http://127.0.0.1:${http}/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent },
        body: JSON.stringify(person),
      });
      if (answer.status !== 201)
        throw new Error(`a sign-up was answered with ${answer.status}: ${await answer.text()}`);
    },
    async [Symbol.asyncDispose]() {
      await gateway.kill();
      await database.close();
    },
  };
}
