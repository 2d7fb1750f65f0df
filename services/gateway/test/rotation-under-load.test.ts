import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoveryModule } from '../src/accounts/recovery/recovery.module.ts';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { modules } from '../src/modules.ts';
import { Crowd } from './rotation/crowd.ts';
import { Person } from './rotation/person.ts';
import { type RingName, WholeSystem } from './rotation/whole-system.ts';

let system: WholeSystem;
let crowd: Crowd;

beforeAll(async () => {
  system = await WholeSystem.start();
  crowd = await Crowd.gather(system);
});

afterAll(async () => {
  await crowd?.disperse();
  await system?.close();
});

/** The three steps of docs/rotating-secrets.md, with what has to be done before the old key goes. */
async function rotate(name: RingName, beforeOldGoes: () => Promise<void>): Promise<void> {
  const ring = system.rings[name];
  ring.addLast();
  await system.reread(name);
  ring.putLastFirst();
  await system.reread(name);
  await beforeOldGoes();
  ring.leaveOldOut();
  await system.reread(name);
  await crowd.wholeRound();
}

/** What people do meanwhile, which a product may have taken out of its list. */
const allThere = [recoveryModule, twoFactorModule].every((module) => modules.includes(module));

describe.runIf(allThere)('two gateways and a worker, while people sign up, sign in, refresh and follow links', () => {
  it('change the key that signs access tokens and, before the new one signs, KEY_ENCRYPTION_KEY', async () => {
    const [, kid = ''] = /^New key (\S+);/.exec(await system.command('keys', 'rotate')) ?? [];
    const signFrom = (signs_from: Date) =>
      system.database.database.sql('signing_keys').where({ kid }).update({ signs_from });
    await signFrom(new Date(Date.now() + 3_600_000));
    await rotate('KEY_ENCRYPTION_KEY', async () => {
      const { writing } = system.rings.KEY_ENCRYPTION_KEY;
      expect(await system.command('keys', 're-encrypt')).toContain(`with ${writing}`);
    });
    // The rest of the minute that a key waits is for readers of the JWKS elsewhere, of whom there are none.
    await system.waitForKey(kid);
    await signFrom(new Date());
    await Promise.all(crowd.withApps.map((person) => person.signIn()));
    await expect.poll(() => crowd.signedIn.map(({ signedWith }) => signedWith)).toEqual(crowd.signedIn.map(() => kid));
    expect(crowd.failures).toEqual([]);
  });

  it('change LINK_KEY, and accept the links that are out until they are followed', async () => {
    const reader = new Person(crowd.front);
    await reader.signUp();
    await rotate('LINK_KEY', async () => {
      await reader.followLink();
      await crowd.wholeRound();
    });
    await reader.signIn();
    expect(crowd.failures).toEqual([]);
  });

  it.each(['GATEWAY_ENVELOPE_KEY', 'WORKER_ENVELOPE_KEY'] as const)('change %s, and lose no message', async (name) => {
    await rotate(name, async () => {
      // A request that is under way has signed its event with the old key, and may commit it after the queues were seen empty.
      await crowd.wholeRound();
      await system.arrived();
    });
    expect(crowd.failures).toEqual([]);
  });

  it('have signed nobody out, lost no mail, given no message up and logged no error', async () => {
    await crowd.disperse();
    await system.arrived();
    for (const person of crowd.signedIn) await person.refresh();
    expect(crowd.failures).toEqual([]);
    expect(await system.deadLetters()).toEqual([]);
    expect(Object.keys(await system.mails())).toEqual(['accepted']);
    expect(system.errors).toEqual([]);
  });
});
