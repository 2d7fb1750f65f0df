import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { migrateKilled } from '../parts/killed-migrations.ts';
import { Person } from '../parts/person.ts';
import { releaseBefore } from '../parts/release-before.ts';
import { REPOSITORY, type Service, System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = 40;
/** Migrations are killed at one of so many statements in the short form, at each in the long one. */
const OF_STATEMENTS = { short: 6, long: 1 };
/** As long as load balancers take to look away after SIGTERM. A machine that stood still for longer may have sent a request too late. */
const DRAIN_DELAY_MS = 3_000;

export const rollingUpgrades: Experiment = {
  name: 'rolling-upgrades',
  what: 'the release before, from the history of the repository, under sign-ups: migrations of today are killed at each statement (at one of six in the short form) and run again; then workers are of today and gateways of before, gateways of today and workers of before, all of today, and all of before again',
  passesWhen:
    'no request fails or is turned away, each replica ends with 0, who has signed in stays so at each gateway, and migrations end what a killed one began',
  runs: { short: 1, long: 2 },
  minutes: 8,
  async run({ runs, isShort, random, plant, report }) {
    await using ends = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'postern-release-'));
    ends.defer(() => rm(folder, { recursive: true, force: true }));
    const { commit, root: before } = await releaseBefore(REPOSITORY, folder);
    report(`the release before is ${commit}`);
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant, release: before },
      env: { gateway: { DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) } },
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(50);
    const visitor = await Visitor.signIn(system);
    const promises: Record<string, boolean> = {};

    const isFatal = random.onceIn(OF_STATEMENTS[isShort ? 'short' : 'long']);
    let kills = 0;
    for (const service of ['gateway', 'worker'] as const) {
      system.releases[service] = REPOSITORY;
      kills += await migrateKilled(system, service, isFatal);
      system.releases[service] = before;
      await system.acknowledged(10);
    }
    report(`migrations were killed ${kills} times, ${system.promises.count('acknowledged')} sign-ups so far`);

    const roll = async (service: Service, release: string) => {
      system.releases[service] = release;
      for (const replica of service === 'gateway' ? system.gateways : system.workers) {
        const code = await replica.stop();
        promises[`${replica.name} ends with 0, not ${code}`] =
          code === 0 || system.standstill.longestMs > DRAIN_DELAY_MS;
        await replica.start();
        await system.acknowledged(10);
      }
      const of = Object.entries(system.releases).map(
        ([name, root]) => `${name}s of ${root === before ? 'before' : 'today'}`,
      );
      const claim = `who has signed in stays so with ${of.join(' and ')}`;
      promises[claim] = (promises[claim] ?? true) && (await visitor.isSignedIn());
      report(`${of.join(', ')}: ${system.promises.count('acknowledged')} sign-ups`);
    };
    for (let run = 1; run <= runs; run++) {
      await roll('worker', REPOSITORY);
      await system.acknowledged(20);
      await roll('gateway', REPOSITORY);
      await roll('worker', before);
      await system.acknowledged(20);
      if (run < runs) await roll('gateway', before);
    }
    await roll('worker', REPOSITORY);
    await registrar.stop();
    const stoodStillMs = Math.round(system.standstill.longestMs);
    const failed = (await system.rest()).refused + system.promises.count('unknown') + registrar.turnedAway;
    visitor.setAside();
    const audit = await system.rest();
    return conclude(audit, registrar, {
      figures: {
        release_before: commit.slice(0, 8),
        migrations_killed: kills,
        rounds: runs,
        stood_still_ms: stoodStillMs,
      },
      promises: { ...promises, 'no request fails': stoodStillMs > DRAIN_DELAY_MS || failed === 0 },
      repeatsAllowed: 0,
    });
  },
};

/** Somebody who follows the link that the release before has mailed, signs in at it, and comes back to each gateway. */
class Visitor {
  readonly #system: System;
  readonly #address: string;
  #token: unknown;

  private constructor(system: System, address: string) {
    this.#system = system;
    this.#address = address;
  }

  static async signIn(system: System): Promise<Visitor> {
    await until(() => system.smtp.received.length > 0, 120_000, 'a first mail');
    const [{ to = '', token = '' } = {}] = system.smtp.received;
    const visitor = new Visitor(system, to);
    const person = new Person(system.gateways[0]?.url ?? '', to);
    const confirmed = await person.confirm(token);
    if (confirmed.status !== 200) throw new Error(`a link was answered with ${confirmed.status} ${confirmed.problem}`);
    visitor.#token = (await person.signIn()).body.refresh_token;
    return visitor;
  }

  /** By a refresh at each gateway, and a look with what it gives. */
  async isSignedIn(): Promise<boolean> {
    for (const { url } of this.#system.gateways) {
      const person = new Person(url, this.#address);
      const { status, body } = await person.refresh(this.#token);
      if (status !== 200) return false;
      this.#token = body.refresh_token;
      const seen = await person.ask('GET', '/v1/auth/user', undefined, String(body.access_token));
      if (seen.status !== 200) return false;
    }
    return true;
  }

  /** People who have mails of other kinds as well are not part of the audit. */
  setAside(): void {
    this.#system.smtp.forget(new Set([this.#address]));
    this.#system.promises.record(this.#address, 'unknown');
  }
}
