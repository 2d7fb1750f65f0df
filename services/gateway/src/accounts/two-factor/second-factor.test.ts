import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { MemorySecondFactorStore } from './memory-second-factor-store.ts';
import { SecondFactor } from './second-factor.ts';
import { totpCode } from './totp.ts';
import { TwoFactorSetup } from './two-factor-setup.ts';

let clock: FakeClock;
let store: MemorySecondFactorStore;
let journal: TestJournal;
let setup: TwoFactorSetup;
let factor: SecondFactor;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemorySecondFactorStore();
  journal = new TestJournal();
  const box = new SecretBox(testConfig());
  setup = new TwoFactorSetup(store, box, journal, clock);
  factor = new SecondFactor(store, box, testConfig({ TWO_FACTOR_TRIES: 3 }), clock);
});

/** Looks at a code and uses it up; a wrong one counts. */
async function use(code: string): Promise<boolean> {
  const proof = await factor.look(tx, ada.id, code);
  if (typeof proof === 'string') {
    await factor.fail(tx, ada.id);
    return false;
  }
  await factor.endStreak(tx, ada.id, proof);
  return factor.spend(tx, ada.id, proof).then(
    () => true,
    () => false,
  );
}

describe('a second factor', () => {
  it('is on once it was confirmed, and off when it was removed', async () => {
    await setup.enrol(tx, ada);
    expect(await factor.since(tx, ada.id)).toBeNull();
    await setup.confirm(tx, ada, context);
    expect(await factor.since(tx, ada.id)).toEqual(clock.now());
    await expect(setup.enrol(tx, ada)).rejects.toMatchObject({ type: 'two-factor-on' });
    await setup.disable(tx, ada, context);
    expect(await factor.since(tx, ada.id)).toBeNull();
    await expect(setup.disable(tx, ada, context)).rejects.toMatchObject({ type: 'two-factor-off' });
    expect(journal.events.types).toEqual(['user.two_factor_enabled', 'user.two_factor_disabled']);
  });

  it('accepts a code of the app once, and none that is older than the last', async () => {
    const secret = await setup.enrol(tx, ada);
    const older = totpCode(secret, clock.now());
    await clock.advance(30_000);
    const newer = totpCode(secret, clock.now());
    expect(await use(newer)).toBe(true);
    expect(await use(newer)).toBe(false);
    expect(await use(older)).toBe(false);
  });

  it('accepts a recovery code once, until new ones replace it', async () => {
    await setup.enrol(tx, ada);
    const [first, second] = (await setup.confirm(tx, ada, context)) as [string, string];
    expect(await use(first)).toBe(true);
    expect(await use(first)).toBe(false);
    expect((await setup.state(tx, ada)).codesLeft).toBe(9);
    const [renewed] = (await setup.renewCodes(tx, ada, context)) as [string];
    expect(await use(second)).toBe(false);
    expect(await use(renewed)).toBe(true);
  });

  it('tells a wrong code from one that was used', async () => {
    const secret = await setup.enrol(tx, ada);
    const [recovery] = (await setup.confirm(tx, ada, context)) as [string];
    const code = totpCode(secret, clock.now());
    expect(await use(code)).toBe(true);
    expect(await factor.look(tx, ada.id, code)).toBe('used code');
    expect(await factor.look(tx, ada.id, '000000')).toBe('wrong code');
    expect(await use(recovery)).toBe(true);
    expect(await factor.look(tx, ada.id, recovery)).toBe('used recovery code');
    expect(await factor.look(tx, ada.id, 'AAAA')).toBe('wrong recovery code');
  });

  it('accepts no code of the app after too many in a row were wrong, until a recovery code was shown', async () => {
    const secret = await setup.enrol(tx, ada);
    const [recovery] = (await setup.confirm(tx, ada, context)) as [string];
    for (const wrong of ['000000', '000001']) expect(await use(wrong)).toBe(false);
    // The right one forgets the two before it.
    expect(await use(totpCode(secret, clock.now()))).toBe(true);
    await clock.advance(30_000);
    for (const wrong of ['000000', '000001']) expect(await use(wrong)).toBe(false);
    expect(await factor.fail(tx, ada.id)).toEqual(clock.now());
    expect(await factor.fail(tx, ada.id)).toBe('locked');
    const right = totpCode(secret, clock.now());
    expect(await factor.look(tx, ada.id, right)).toBe('locked');
    expect(await use(right)).toBe(false);
    expect(await use(recovery)).toBe(true);
    expect(await use(right)).toBe(true);
  });

  it('is not locked by a right code beside another, whichever is used up first', async () => {
    const secret = await setup.enrol(tx, ada);
    const right = totpCode(secret, clock.now());
    for (const wrong of ['000000', '000001']) expect(await use(wrong)).toBe(false);
    const proof = await factor.look(tx, ada.id, right);
    if (typeof proof === 'string') return expect.unreachable();
    await factor.endStreak(tx, ada.id, proof);
    expect(await use('000000')).toBe(false);
    expect(await use(right)).toBe(true);
    await expect(factor.spend(tx, ada.id, proof)).rejects.toMatchObject({ type: 'wrong-code' });
    expect(await factor.fail(tx, ada.id)).toBe('counted');
  });

  it('refuses a right code when others have locked the factor since it was looked at', async () => {
    const secret = await setup.enrol(tx, ada);
    const proof = await factor.look(tx, ada.id, totpCode(secret, clock.now()));
    for (const wrong of ['000000', '000001', '000002']) expect(await use(wrong)).toBe(false);
    if (typeof proof === 'string') return expect.unreachable();
    await expect(factor.spend(tx, ada.id, proof)).rejects.toMatchObject({ type: 'two-factor-locked' });
  });

  it('refuses a code of a secret that another has replaced since it was looked at', async () => {
    const secret = await setup.enrol(tx, ada);
    const proof = await factor.look(tx, ada.id, totpCode(secret, clock.now()));
    await clock.advance(1);
    await setup.enrol(tx, ada);
    if (typeof proof === 'string') return expect.unreachable();
    await expect(factor.spend(tx, ada.id, proof)).rejects.toMatchObject({ type: 'wrong-code' });
  });

  it('accepts no code of a person who has none', async () => {
    expect(await use('123456')).toBe(false);
    expect(await use('ABCDEF-ABCDEF-ABCDEF-ABCDEF')).toBe(false);
  });
});
