import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Silence } from './silence.ts';

const BEARABLE_MS = 90_000;
let clock: FakeClock;
let silence: Silence;

beforeEach(() => {
  clock = new FakeClock();
  silence = new Silence(clock, BEARABLE_MS);
});

describe('the silence of a provider', () => {
  it('is long when the oldest mail has waited for longer than is usual, and nobody was answered', async () => {
    silence.begins();
    await clock.advance(BEARABLE_MS);
    silence.begins();
    expect(silence.isLong).toBe(false);
    await clock.advance(1);
    expect(silence.isLong).toBe(true);
  });

  it('is not long where another mail was answered meanwhile', async () => {
    silence.begins();
    await clock.advance(BEARABLE_MS);
    silence.answered();
    await clock.advance(BEARABLE_MS);
    expect(silence.isLong).toBe(false);
  });

  it('does not count while there is no mail', async () => {
    const end = silence.begins();
    end();
    await clock.advance(2 * BEARABLE_MS);
    expect(silence.isLong).toBe(false);
    silence.begins();
    expect(silence.isLong).toBe(false);
  });
});
