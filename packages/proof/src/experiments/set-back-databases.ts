import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { Person } from '../parts/person.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = 40;
/** Sign-ups between the copy and the day that it is needed, and how long it is ago. */
const SINCE = 60;
const SINCE_MS = { short: 0, long: 300_000 };
/** So that the copy's outbox has rows, which are sent by the day it is needed. */
const UNSENT = 20;
const LOOKED_AT = 10;

export const setBackDatabases: Experiment = {
  name: 'set-back-databases',
  what: "the gateway's database is set back to a copy of five minutes before (of seconds before in the short form) beside live queues, then the worker's, by the steps of the runbook",
  passesWhen:
    'what the runbook says is what happens: who signed up before is there and can confirm, sessions have ended, a signing key that was revoked is gone, later links have ended, signing up again works',
  runs: { short: 1, long: 2 },
  minutes: 13,
  async run({ runs, isShort, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 2, random, plant, mailLeaseMs: DEATHS_LEASE_MS });
    const promises: Record<string, boolean> = {};
    const looks = new Looks(system, random, promises);
    let [gone, waited] = [0, 0];
    for (let run = 1; run <= runs; run++) {
      const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
      await system.acknowledged(40);
      const session = await looks.signIn();
      system.ways.sqs.silence();
      await until(async () => (await system.databases.outbox()) >= UNSENT, 60_000, 'rows to wait in the outbox');
      const copies = { gateway: await system.databases.copy('gateway'), worker: await system.databases.copy('worker') };
      await system.ways.sqs.heal();
      const leaked = (await signingKeys(system))[0] ?? '';
      await revoke(system, leaked);
      const copied = performance.now();
      await system.acknowledged(SINCE);
      await pause(Math.max(0, SINCE_MS[isShort ? 'short' : 'long'] - (performance.now() - copied)));
      // From now on the queues have what no worker has read, as on the day of a disaster.
      await Promise.all(system.workers.map((worker) => worker.stop()));
      await system.acknowledged(UNSENT);
      await registrar.stop();
      await Promise.all(system.gateways.map((gateway) => gateway.stop()));

      const [back, other] = run % 2 === 1 ? (['gateway', 'worker'] as const) : (['worker', 'gateway'] as const);
      await copies[back].restore();
      await copies[other].drop();
      if (back === 'worker') waited += await system.databases.openMails();
      for (const service of ['gateway', 'worker'] as const) await system.command(service, ['migrate']);
      await system.command('gateway', ['keys', 'replace-root', '--now', '--by', 'proof']);
      for (const kid of await signingKeys(system)) await revoke(system, kid);
      const there = new Set(await system.databases.signUps());
      const lost = system.promises.addresses('acknowledged').filter((address) => !there.has(address));
      for (const address of lost) system.promises.record(address, 'unknown');
      gone += lost.length;
      for (const replica of [...system.workers, ...system.gateways]) await replica.start();
      await system.rest();
      report(`the ${back}'s was set back: ${lost.length} sign-ups are gone, ${waited} mails waited`);

      await looks.atSession(session);
      await looks.atKey(leaked);
      await looks.atThoseWhoStayed([...there]);
      await looks.atThoseWhoWent(lost);
      await system.rest();
      looks.setAside();
    }
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(20);
    const figures = { restores: runs, gone, waited, looked_at: looks.count };
    return conclude(await system.rest(), registrar, { figures, promises, repeatsAllowed: waited });
  },
};

/** The ids of those whose access tokens are accepted. */
async function signingKeys(system: System): Promise<string[]> {
  const { signing } = JSON.parse(await system.command('gateway', ['keys', 'list', '--json'])) as {
    signing: { kid: string }[];
  };
  return signing.map(({ kid }) => kid);
}

async function revoke(system: System, kid: string): Promise<void> {
  await system.command('gateway', ['keys', 'revoke', kid, '--now', '--by', 'proof']);
}

/** What single people find who come back. Whoever is looked at has mails of other kinds as well, and does not count otherwise. */
class Looks {
  readonly #system: System;
  readonly #random: SeededRandom;
  readonly #promises: Record<string, boolean>;
  readonly #aside = new Set<string>();

  constructor(system: System, random: SeededRandom, promises: Record<string, boolean>) {
    this.#system = system;
    this.#random = random;
    this.#promises = promises;
  }

  get count(): number {
    return this.#aside.size;
  }

  /** Somebody confirms and signs in: what refreshes the session. */
  async signIn(): Promise<unknown> {
    await until(() => this.#system.smtp.received.length > 0, 60_000, 'a first mail');
    const [address = ''] = this.#draw(this.#system.promises.addresses('acknowledged'), 1);
    const person = this.#person(address);
    await person.confirm(this.#token(address));
    return (await person.signIn()).body.refresh_token;
  }

  async atSession(session: unknown): Promise<void> {
    const { status } = await this.#person('').refresh(session);
    this.#promises[`an earlier session has ended, not ${status}`] = status === 401;
  }

  /** Others verify tokens by what is published. */
  async atKey(revoked: string): Promise<void> {
    const answer = await this.#person('').ask('GET', '/.well-known/jwks.json');
    const { keys = [] } = answer.body as { keys?: { kid: string }[] };
    this.#promises['a key is published, and none that had been revoked'] =
      keys.length > 0 && keys.every(({ kid }) => kid !== revoked);
  }

  async atThoseWhoStayed(addresses: readonly string[]): Promise<void> {
    for (const address of this.#draw(addresses, LOOKED_AT)) {
      const { status, problem } = await this.#person(address).confirm(this.#token(address));
      this.#promises[`an earlier link works, not ${status} ${problem}`] = status === 200;
    }
  }

  async atThoseWhoWent(addresses: readonly string[]): Promise<void> {
    for (const address of this.#draw(addresses, LOOKED_AT)) {
      const person = this.#person(address);
      const { status, problem } = await person.confirm(this.#token(address));
      this.#promises[`a link of what is gone has ended, not ${status} ${problem}`] = problem === 'link-ended';
      this.#system.smtp.forget(new Set([address]));
      const again = await person.signUp();
      this.#promises[`signing up again works, not ${again.status} ${again.problem}`] = again.status === 201;
      await until(() => this.#token(address) !== '', 60_000, 'the mail of whoever signed up again');
      const confirmed = await person.confirm(this.#token(address));
      this.#promises[`its new link works, not ${confirmed.status} ${confirmed.problem}`] = confirmed.status === 200;
    }
  }

  /** Those looked at are not part of the audit. */
  setAside(): void {
    this.#system.smtp.forget(this.#aside);
    for (const address of this.#aside) this.#system.promises.record(address, 'unknown');
  }

  #draw(addresses: readonly string[], most: number): string[] {
    const withMail = addresses.filter((address) => !this.#aside.has(address) && this.#token(address) !== '');
    const drawn = this.#random.shuffled(withMail).slice(0, most);
    for (const address of drawn) this.#aside.add(address);
    return drawn;
  }

  #person(address: string): Person {
    return new Person(this.#random.oneOf(this.#system.gateways).url, address);
  }

  #token(address: string): string {
    return this.#system.smtp.received.findLast(({ to }) => to === address)?.token ?? '';
  }
}
