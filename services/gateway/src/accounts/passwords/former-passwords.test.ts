import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, fakeTransaction as tx } from '../testing/fixtures.ts';
import { FormerPasswords } from './former-passwords.ts';
import { MemoryFormerPasswordStore } from './memory-former-password-store.ts';

const DAY = 86_400_000;

let clock: FakeClock;
let former: FormerPasswords;

beforeEach(() => {
  clock = new FakeClock();
  former = new FormerPasswords(new MemoryFormerPasswordStore(), clock);
});

/** Ada, when her password was this. */
const adaWith = (passwordHash: string) => ({ ...ada, passwordHash });

const known = async () => (await former.withPresent(tx, adaWith('present'))).filter((hash) => hash !== undefined);

describe('FormerPasswords', () => {
  it('are the first three of two weeks, so that replacing them again and again pushes none out', async () => {
    for (const hash of ['hers', 'one', 'two', 'three', 'four']) await former.remember(tx, adaWith(hash));
    expect(await known()).toEqual(['present', 'hers', 'one', 'two']);
  });

  it('count for two weeks, and make room then', async () => {
    for (const hash of ['hers', 'one', 'two']) await former.remember(tx, adaWith(hash));
    await clock.advance(14 * DAY - 1);
    expect(await known()).toEqual(['present', 'hers', 'one', 'two']);
    await clock.advance(1);
    await former.remember(tx, adaWith('later'));
    expect(await known()).toEqual(['present', 'later']);
  });

  it('are as many for everybody, so that the time to compare them says nothing', async () => {
    expect(await former.withPresent(tx, ada)).toHaveLength(4);
    await former.remember(tx, adaWith('hers'));
    expect(await former.withPresent(tx, ada)).toHaveLength(4);
  });

  it('count until a time that was set for them, which is none of those that come after', async () => {
    await former.remember(tx, adaWith('hers'));
    await former.forgetAt(tx, ada.id, new Date(clock.now().getTime() + 7 * DAY));
    await former.remember(tx, adaWith('later'));
    await clock.advance(7 * DAY - 1);
    expect(await known()).toEqual(['present', 'hers', 'later']);
    await clock.advance(1);
    expect(await known()).toEqual(['present', 'later']);
  });

  it('are forgotten together', async () => {
    await former.remember(tx, adaWith('hers'));
    await former.forget(tx, ada.id);
    expect(await known()).toEqual(['present']);
  });
});
