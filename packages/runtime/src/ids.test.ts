import { describe, expect, it } from 'vitest';
import { newId, timeOfId } from './ids.ts';

const MANY = 20_000;

describe('a new id', () => {
  it('is a UUIDv7 whose first 48 bits are the time', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time - Date.now()).toBeLessThan(1_000);
  });

  it('contains the time it was made, and an id of another kind does not', () => {
    expect(timeOfId('0199a1b2-c3d4-7000-8000-000000000000')).toEqual(new Date(0x0199a1b2c3d4));
    expect(timeOfId('0199a1b2-c3d4-4000-8000-000000000000')).toBeUndefined();
    expect(timeOfId('no id')).toBeUndefined();
  });

  it('comes after the one before, also within a millisecond, so that a list by id is in order', () => {
    const ids = Array.from({ length: MANY }, newId);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(MANY);
  });
});
