import { expect, it } from 'vitest';
import { DatabaseSilent } from './database-unavailable.ts';
import { WaitLimits } from './wait-limits.ts';

const never = () => new Promise<never>(() => undefined);
const FOREVER = 2 ** 31 - 1;

it('gives what came in time, and what failed', async () => {
  const limits = new WaitLimits();
  expect(await limits.within(FOREVER, Promise.resolve(7))).toBe(7);
  await expect(limits.within(FOREVER, Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
});

it('gives up what takes too long', async () => {
  await expect(new WaitLimits().within(1, never())).rejects.toThrow(DatabaseSilent);
});

it('gives up sooner when it is shortened, also what waits already', async () => {
  const limits = new WaitLimits();
  const before = limits.within(FOREVER, never());
  limits.shorten(1);
  await expect(before).rejects.toThrow(DatabaseSilent);
  await expect(limits.within(FOREVER, never())).rejects.toThrow(DatabaseSilent);
});

it('leaves what has no limit its time', async () => {
  const limits = new WaitLimits();
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = limits.within(undefined, promise);
  limits.shorten(1);
  await expect(limits.within(FOREVER, never())).rejects.toThrow(DatabaseSilent);
  resolve('migrated');
  expect(await slow).toBe('migrated');
});
