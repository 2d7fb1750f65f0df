import { describe, expect, it } from 'vitest';
import { crowdedOut, PENDING_PER_ADDRESS } from './crowding.ts';

const one = (id: string, addressRange: string) => ({ id, addressRange });
const many = (addressRange: string, count: number) =>
  Array.from({ length: count }, (_, index) => one(`${addressRange}#${index}`, addressRange));

describe('the pending sign-ups of an address', () => {
  it('are all kept while there is room', () => {
    expect(crowdedOut(many('a', PENDING_PER_ADDRESS - 1), one('new', 'a'))).toEqual([]);
  });

  it('make room for one more: the oldest of the network that made most of them ends', () => {
    const pending = [one('owner', 'home'), ...many('stranger', PENDING_PER_ADDRESS - 1)];
    expect(crowdedOut(pending, one('new', 'stranger'))).toEqual(['stranger#0']);
  });

  it('let the owner in last, at the cost of the network that made most', () => {
    expect(crowdedOut(many('stranger', PENDING_PER_ADDRESS), one('owner', 'home'))).toEqual(['stranger#0']);
  });

  it('count the new one for its network', () => {
    const others = Array.from({ length: PENDING_PER_ADDRESS - 1 }, (_, index) => one(`other#${index}`, `net#${index}`));
    expect(crowdedOut([...others, one('earlier', 'mine')], one('new', 'mine'))).toEqual(['earlier']);
  });

  it('of as many networks, lose the oldest', () => {
    const all = Array.from({ length: PENDING_PER_ADDRESS }, (_, index) => one(`net#${index}`, `net#${index}`));
    expect(crowdedOut(all, one('new', 'yet another'))).toEqual(['net#0']);
  });

  it('shrink to the bound again when many came at once', () => {
    expect(crowdedOut(many('a', PENDING_PER_ADDRESS + 4), one('new', 'b'))).toHaveLength(5);
  });
});
