import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { RefusalRuns } from './refusal-runs.ts';

const person = (n: number, domain = 'example.com') => `person${n}@${domain}`;

describe('a run of refusals', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });

  it('is of different recipients, however they are spelled', () => {
    const runs = new RefusalRuns(clock);
    const all = ['ann@example.com', 'Ann@Example.com', 'ANN@EXAMPLE.COM', 'ann@example.com', 'ann@example.com'];
    for (const one of all) expect(runs.refused(one)).toMatchObject({ first: true, all: { broken: false } });
    for (let n = 1; n <= 3; n++) expect(runs.refused(person(n, `${n}.example`)).all.broken).toBe(false);
    expect(runs.refused(person(4)).all.broken).toBe(true);
  });

  it('is that of a domain, and not of all, while its recipients are of fewer than three domains', () => {
    const runs = new RefusalRuns(clock);
    for (let n = 1; n <= 9; n++) runs.refused(person(n, 'a.example'));
    const second = runs.refused(person(1, 'b.example'));
    expect([second.all.broken, second.ofDomain.broken]).toEqual([false, false]);
    expect(runs.refused(person(2, 'a.example')).ofDomain.broken).toBe(true);
    expect(runs.refused(person(1, 'c.example')).all.broken).toBe(true);
  });

  it('ends when a mail is accepted, and that of a domain when one to that domain is', () => {
    const runs = new RefusalRuns(clock);
    for (let n = 1; n <= 4; n++) runs.refused(person(n, 'a.example'));
    runs.accepted('bob@b.example', clock.monotonic());
    const fifth = runs.refused(person(5, 'a.example'));
    expect([fifth.first, fifth.all.broken, fifth.ofDomain.broken]).toEqual([true, false, true]);
    runs.accepted('bob@a.example', clock.monotonic());
    expect(runs.refused(person(6, 'a.example')).ofDomain.broken).toBe(false);
  });

  it('does not end by a mail that was begun before it, whose recipient may have been accepted while all was well', async () => {
    const runs = new RefusalRuns(clock);
    const before = clock.monotonic();
    await clock.advance(1_000);
    for (let n = 1; n <= 4; n++) runs.refused(person(n, `${n}.example`));
    runs.accepted(person(5, '1.example'), before);
    const fifth = runs.refused(person(5, '1.example'));
    expect([fifth.first, fifth.all.broken]).toEqual([false, true]);
    expect(runs.accepted('bob@b.example', clock.monotonic())).toBe(fifth.all);
  });

  it('hands out what was suppressed in it once, and only when it turns out that nobody there is to blame', () => {
    const runs = new RefusalRuns(clock);
    const { all } = runs.refused(person(1, '1.example'));
    const [first, again] = [new Date(1_000), new Date(2_000)];
    const one = { recipientHash: Buffer.from('1'), since: first };
    all.suppressed(one.recipientHash, first);
    all.suppressed(one.recipientHash, again);
    expect(all.toUndo()).toEqual([]);
    for (let n = 2; n <= 5; n++) runs.refused(person(n, `${n}.example`));
    expect(all.toUndo()).toEqual([one]);
    const late = { recipientHash: Buffer.from('late'), since: again };
    all.suppressed(late.recipientHash, again);
    expect(all.toUndo()).toEqual([late]);
    expect(all.toUndo()).toEqual([]);
  });
});
