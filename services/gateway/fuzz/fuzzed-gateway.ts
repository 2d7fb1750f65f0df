import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { migrations } from '../migrations/index.ts';
import { baseEnv, GatewayProcess } from '../test/gateway-process.ts';

/** Those of the examples in the description, which then are answered with success. */
export const EMAIL = 'ada@example.com';
export const PASSWORD = 'correct horse battery staple';

/** No limit may hide what is behind it, and nothing may run out while the tests last. */
const NO_LIMITS = {
  GUESS_FREE_PER_ACCOUNT: '100000',
  GUESS_FREE_PER_ADDRESS: '1000000',
  SIGN_UPS_PER_HOUR: '1000000',
  MAILS_PER_HOUR: '100000',
  CHANGES_PER_HOUR: '1000000',
  SIGN_INS_PER_ACCOUNT: '1000000',
  SIGN_INS_PER_ADDRESS: '1000000',
  EXPORTS_PER_HOUR: '100000',
  ACCESS_TOKEN_SECONDS: '3600',
  RECENT_SIGN_IN_SECONDS: '86400',
};

/** A gateway as a process on free ports, with a database and a queue of its own. */
export class FuzzedGateway {
  readonly url: string;
  readonly #process: GatewayProcess;
  readonly #env: Record<string, string>;
  readonly #sqs: TestSqs;
  readonly #db: TestDatabase;

  private constructor(
    url: string,
    parts: { process: GatewayProcess; env: Record<string, string>; sqs: TestSqs; db: TestDatabase },
  ) {
    this.url = url;
    this.#process = parts.process;
    this.#env = parts.env;
    this.#sqs = parts.sqs;
    this.#db = parts.db;
  }

  static async start(): Promise<FuzzedGateway> {
    const sqs = await testSqs();
    const db = await testDatabase('gateway-fuzz');
    await db.database.migrate(migrations);
    const parts = { DATABASE_URL: db.url, SQS_ENDPOINT: sqs.endpoint, QUEUE_PREFIX: sqs.prefix };
    const env = { ...baseEnv(), ...NO_LIMITS, ...parts };
    const process = new GatewayProcess(env);
    const { http } = await process.ready;
    const gateway = new FuzzedGateway(`http://127.0.0.1:${http}`, { process, env, sqs, db });
    await gateway.#newAdmin(EMAIL);
    return gateway;
  }

  /** An access token of somebody new. */
  async signIn(role: 'user' | 'admin'): Promise<string> {
    const admin = await this.#newAdmin();
    if (role === 'admin') return admin.token;
    const user = await this.#newAdmin();
    const roles = `${this.url}/v1/users/${user.id}/roles`;
    await call(roles, 'PUT', { roles: ['user'] }, admin.token);
    return user.token;
  }

  /** Through the command: it is the one way to an account that takes no mail. */
  async #newAdmin(email = `${randomUUID()}@example.com`): Promise<{ id: string; token: string }> {
    const env = { ...this.#env, ADMIN_PASSWORD: PASSWORD };
    const command = new GatewayProcess(env, ['admin', 'create', '--email', email]);
    const { code } = await command.exited;
    if (code !== 0) throw new Error(`admin create ended with ${code}: ${command.errors}`);
    const { access_token: token } = await call(`${this.url}/v1/auth/login`, 'POST', { email, password: PASSWORD });
    const { id } = await call(`${this.url}/v1/auth/user`, 'GET', undefined, token);
    return { id, token };
  }

  /** @throws Error when the token opens nothing any more: what is refused everywhere has tested nothing */
  async requireSignedIn(token: string): Promise<void> {
    await call(`${this.url}/v1/auth/user`, 'GET', undefined, token);
  }

  async stop(): Promise<void> {
    const { code } = await this.#process.stop();
    await this.#db.close();
    await this.#sqs.close();
    if (code !== 0) throw new Error(`the gateway ended with ${code}: ${this.#process.errors}`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what is read of an answer is looked for by name, and missed loudly.
async function call(url: string, method: string, body?: unknown, token?: string): Promise<any> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
