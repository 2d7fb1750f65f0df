import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answered } from '../parts/person.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { type Administrator, succeeded, TurnedAway } from './administrator.ts';

const LATEST_MS = 10;
const ADMIN = ['admin', 'user'];
const USER = ['user'];

interface Admin {
  address: string;
  id: string;
  access: string;
}

/** What one of two admins does that leaves one fewer, to themselves or to the other. */
type Step = (self: Admin, other: Admin) => [method: string, path: string, body?: unknown];

const STEPS: Record<string, Step> = {
  'gives the role up': ({ id }) => ['PUT', `/v1/users/${id}/roles`, { roles: USER }],
  'takes the role of the other': (_, { id }) => ['PUT', `/v1/users/${id}/roles`, { roles: USER }],
  'disables the other': (_, { id }) => ['POST', `/v1/users/${id}/disable`],
  'erases the own account': () => ['DELETE', '/v1/auth/user'],
};

/** Two who are the only admins for a moment, and stop being ones at the same time. Nobody else needs an admin meanwhile. */
export class TwoAdmins {
  readonly #office: Administrator;

  /** @param office an admin, who gives the role up for the moment and gets it back */
  constructor(office: Administrator) {
    this.#office = office;
  }

  /** @returns how many of both had their way, and in words what may not be. @throws TurnedAway when nothing can be said of it */
  async race(random: SeededRandom): Promise<{ succeeded: number; violations: string[] }> {
    const office = this.#office;
    const pair = [await this.#appoint(), await this.#appoint()] as const;
    const [first, second] = pair;
    succeeded(await this.#ask(first, 0, 'PUT', `/v1/users/${office.id}/roles`, { roles: USER }), 'the last third');
    const drawn = pair.map(() => ({ name: random.oneOf(Object.keys(STEPS)), afterMs: random.between(0, LATEST_MS) }));
    const answers = await Promise.all(
      pair.map(async (self, n) => {
        const { name, afterMs } = drawn[n] as (typeof drawn)[number];
        const [method, path, body] = (STEPS[name] as Step)(self, self === first ? second : first);
        await pause(afterMs);
        return this.#ask(self, n, method, path, body);
      }),
    );
    const violations = answers
      .filter(({ status }) => status >= 500 && status !== 503)
      .map(({ status, problem }) => `an admin's step was answered with ${status} ${problem}`);
    if (!(await this.#giveBack(pair)))
      violations.push(`no admin was left when one ${drawn.map(({ name }) => name).join(' and one ')}`);
    return { succeeded: answers.filter(({ status }) => status < 300).length, violations };
  }

  /** Whoever is left gives the office its role again, and loses their own. Whether somebody was left. */
  async #giveBack(pair: readonly Admin[]): Promise<boolean> {
    for (const admin of pair) {
      const session = await this.#office.at(1, admin.address).signIn();
      if (session.status === 503) throw new TurnedAway('a look');
      if (session.status !== 200) continue;
      const again = { ...admin, access: String(session.body.access_token) };
      const given = await this.#ask(again, 1, 'PUT', `/v1/users/${this.#office.id}/roles`, { roles: ADMIN });
      if (given.status !== 200) continue;
      // The next two are alone again.
      await this.#office.setRoles(admin.id, USER);
      return true;
    }
    await this.#office.appointAgain();
    return false;
  }

  async #appoint(): Promise<Admin> {
    const person = await this.#office.newcomer(`admin-${randomUUID()}@proof.example`);
    const { body } = succeeded(await person.signIn(), 'the sign-in of an admin');
    const access = String(body.access_token);
    const { id } = succeeded(await person.ask('GET', '/v1/auth/user', undefined, access), 'a look').body;
    await this.#office.setRoles(String(id), ADMIN);
    return { address: person.address, id: String(id), access };
  }

  #ask({ address, access }: Admin, gateway: number, method: string, path: string, body?: unknown): Promise<Answered> {
    return this.#office.at(gateway, address).ask(method, path, body, access);
  }
}
