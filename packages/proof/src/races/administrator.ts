import { linkToken } from '@postern/events';
import { SecretRing } from '@postern/runtime';
import { type Answered, Person } from '../parts/person.ts';
import type { System } from '../system.ts';

const ADDRESS = 'root@proof.example';
/** Sooner than a sign-in is no longer a recent one, and than its access token ends. */
const SIGN_IN_AGAIN_MS = 120_000;

/** The gateway is busy beyond its limits, as a machine that stood still has it: what was asked for has to be asked for again. */
export class TurnedAway extends Error {}

/** @throws TurnedAway for a 503 that says when to come again; Error for anything but success */
export function succeeded(answer: Answered, what: string): Answered {
  if (answer.status === 503 && answer.retryAfter) throw new TurnedAway(what);
  if (answer.status >= 300) throw new Error(`${what} was answered with ${answer.status} ${answer.problem}`);
  return answer;
}

/** Somebody with every permission, and with the mailboxes of everybody. */
export class Administrator {
  readonly #system: System;
  #id = '';
  #access = '';
  #signedInAt = Number.NEGATIVE_INFINITY;

  private constructor(system: System) {
    this.#system = system;
  }

  static async appoint(system: System): Promise<Administrator> {
    const administrator = new Administrator(system);
    await administrator.newcomer(ADDRESS);
    await administrator.appointAgain();
    return administrator;
  }

  /** From the command line, which takes no other admin. */
  async appointAgain(): Promise<void> {
    const made = await this.#system.command('gateway', [
      'admin',
      'create',
      '--email',
      ADDRESS,
      '--by',
      'proof',
      '--json',
    ]);
    this.#id = (JSON.parse(made) as { id: string }).id;
  }

  /** Of the account. */
  get id(): string {
    return this.#id;
  }

  /** Somebody who has signed up and followed the link. */
  async newcomer(address: string): Promise<Person> {
    const person = this.at(0, address);
    succeeded(await person.signUp(), 'a sign-up');
    succeeded(await person.confirm(await this.mailedLink(address, 'verify-email')), 'a confirmation');
    return person;
  }

  /** What the mail says that was sent last to this address for this purpose. */
  async mailedLink(address: string, purpose: 'verify-email' | 'reset-password'): Promise<string> {
    const id = await this.#system.databases.newestLink(address, purpose);
    return linkToken(SecretRing.parse(this.#system.settings.gateway.LINK_KEY ?? ''), purpose, id, address);
  }

  at(gateway: number, address: string): Person {
    const { gateways } = this.#system;
    return new Person(gateways[gateway % gateways.length]?.url ?? '', address);
  }

  async ask(gateway: number, method: string, path: string, body?: unknown): Promise<Answered> {
    const person = this.at(gateway, ADDRESS);
    if (performance.now() - this.#signedInAt > SIGN_IN_AGAIN_MS) {
      const now = performance.now();
      this.#access = String(succeeded(await person.signIn(), "the administrator's sign-in").body.access_token);
      this.#signedInAt = now;
    }
    return person.ask(method, path, body, this.#access);
  }

  async setRoles(id: string, roles: readonly string[]): Promise<void> {
    succeeded(await this.ask(0, 'PUT', `/v1/users/${id}/roles`, { roles }), 'a change of roles');
  }
}
