import { expect, it } from 'vitest';
import type { Account, Act } from './account-model.ts';
import { explain } from './explain.ts';

const before: Account = { password: 'old', isDisabled: false, sessions: ['a', 'b'], hasLink: true, isAdmin: true };
const signIn: Act = { kind: 'sign-in', password: 'old', opens: 'c' };
const reset: Act = { kind: 'reset-password', to: 'new' };
const change: Act = { kind: 'change-password', session: 'a', from: 'old', to: 'newer' };

/** All under way at the same time. */
const atOnce = (...acts: Act[]) => acts.map((act) => ({ act, sentAt: 0, answeredAt: 1 }));
/** One after the other. */
const inTurn = (...acts: Act[]) => acts.map((act, n) => ({ act, sentAt: 2 * n, answeredAt: 2 * n + 1 }));
const found = (change: Partial<Account>): Account => ({ ...before, sessions: [], hasLink: false, ...change });

it('a sign-in beside a reset may come first, and its session has ended then', () => {
  expect(explain(before, atOnce(reset, signIn), found({ password: 'new' }))).toEqual([signIn, reset]);
});

it('a session that the old password opened does not outlive a reset', () => {
  expect(explain(before, atOnce(reset, signIn), found({ password: 'new', sessions: ['c'] }))).toBeUndefined();
});

it('what was answered before another request was sent does not come after it', () => {
  expect(explain(before, inTurn(reset, signIn), found({ password: 'new' }))).toBeUndefined();
  expect(explain(before, inTurn(signIn, reset), found({ password: 'new' }))).toEqual([signIn, reset]);
});

it('of a reset and a change of the same password one alone succeeds, since each ends what the other takes', () => {
  const ends = [found({ password: 'new' }), found({ password: 'newer', sessions: ['a'] })];
  expect(ends.map((end) => explain(before, atOnce(reset, change), end))).toEqual([undefined, undefined]);
  expect(explain(before, atOnce(change), found({ password: 'newer', sessions: ['a'] }))).toEqual([change]);
});

it('whoever is disabled has no session, no link and no sign-in, and the old password', () => {
  const disable: Act = { kind: 'disable' };
  const disabled = found({ isDisabled: true });
  expect(explain(before, atOnce(disable, { kind: 'refresh', session: 'a' }), disabled)).toBeDefined();
  expect(explain(before, atOnce(disable, signIn), { ...disabled, sessions: ['c'] })).toBeUndefined();
  expect(explain(before, inTurn(disable, signIn), disabled)).toBeUndefined();
  expect(explain(before, atOnce(disable, reset), { ...disabled, password: 'new' })).toEqual([reset, disable]);
});

it('of whoever was erased nothing is left', () => {
  const erase: Act = { kind: 'erase', session: 'a' };
  const nobody = found({ password: undefined, isAdmin: false });
  expect(explain(before, atOnce(erase), nobody)).toBeDefined();
  expect(explain(before, atOnce(erase), { ...nobody, password: 'old' })).toBeUndefined();
});

it('a role that was taken away does not act', () => {
  const user = { ...before, isAdmin: false };
  const acts: Act[] = [{ kind: 'take-role' }, { kind: 'administer', session: 'a' }];
  expect(explain(before, atOnce(...acts), user)).toBeDefined();
  expect(explain(before, inTurn(...acts), user)).toBeUndefined();
});
