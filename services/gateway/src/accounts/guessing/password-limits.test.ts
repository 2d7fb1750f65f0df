import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { LINK_HOLDERS } from './link-holders.ts';
import { MemoryPasswordCounts } from './memory-password-counts.ts';
import { PasswordLimits, type Signer } from './password-limits.ts';

const OFFICE = '203.0.113.7';

let clock: FakeClock;
let counts: MemoryPasswordCounts;
let limits: PasswordLimits;

beforeEach(() => {
  clock = new FakeClock();
  counts = new MemoryPasswordCounts();
  limits = new PasswordLimits(counts, testConfig({ SIGN_INS_PER_ACCOUNT: 30, SIGN_INS_PER_ADDRESS: 300 }), clock);
});

const stranger = (email: string): Signer => ({ email, address: OFFICE, known: undefined });
const known = (email: string, device = 'laptop'): Signer => ({ ...stranger(email), known: { userId: email, device } });

/** How many of so many were let through. */
async function passed(times: number, attempt: (index: number) => Promise<void>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, (_, index) => attempt(index)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

describe('PasswordLimits', () => {
  it('let a minute of one account from one address through, and then report how long to wait', async () => {
    expect(await passed(80, () => limits.admit(stranger('ada@example.com')))).toBe(30);
    await clock.advance(20_000);
    await expect(limits.admit(stranger('ada@example.com'))).rejects.toMatchObject({
      status: 429,
      type: 'rate-limited',
      headers: { 'retry-after': '40' },
    });
    await clock.advance(40_000);
    await limits.admit(stranger('ada@example.com'));
  });

  it('bound an address over all accounts, made up or not, and the rows that it can add', async () => {
    expect(await passed(1_000, (index) => limits.admit(stranger(`made-up-${index}@example.com`)))).toBe(300);
    await expect(limits.admit(stranger('another@example.com'))).rejects.toMatchObject({ type: 'rate-limited' });
    const before = counts.counts.size;
    await passed(1_000, (index) => limits.admit(stranger(`more-${index}@example.com`)));
    expect(counts.counts.size).toBe(before);
  });

  it('let an office of 200 in within one minute, whatever one account among them does, and known devices always', async () => {
    expect(await passed(500, () => limits.admit(stranger('clumsy@example.com')))).toBe(30);
    expect(await passed(200, (index) => limits.admit(stranger(`colleague${index}@example.com`)))).toBe(200);
    await passed(500, (index) => limits.admit(stranger(`attacked${index}@example.com`)));
    expect(await passed(200, (index) => limits.admit(known(`colleague${index}@example.com`)))).toBe(200);
  });

  it('bound each known device, and more widely all of an account, so that one does not use up what is another’s', async () => {
    expect(await passed(80, () => limits.admit(known('ada@example.com')))).toBe(30);
    expect(await passed(1, () => limits.admit(known('ada@example.com', 'phone')))).toBe(1);
    expect(await passed(1_000, (index) => limits.admit(known('bob@example.com', `device ${index % 50}`)))).toBe(300);
  });

  it('bound right passwords by their account', async () => {
    expect(await passed(80, (index) => limits.succeeded('ada', `198.51.100.${index}`))).toBe(30);
    expect(await passed(1, () => limits.succeeded('bob', OFFICE))).toBe(1);
  });

  it('bound what is given in one session, and in all of an account from one address', async () => {
    expect(await passed(80, () => limits.own('ada', 'stolen session', OFFICE))).toBe(30);
    expect(await passed(1, () => limits.own('ada', 'session', OFFICE))).toBe(1);
    expect(await passed(1_500, (index) => limits.own('ada', `session ${index % 50}`, '192.0.2.66'))).toBe(300);
    expect(await passed(1, () => limits.own('ada', 'session', OFFICE))).toBe(1);
    expect(await passed(1, () => limits.own('bob', 'session', '192.0.2.66'))).toBe(1);
  });

  it('bound what is given with links of a kind, from wherever', async () => {
    expect(await passed(80, (index) => limits.own('ada', LINK_HOLDERS.wayBack, `198.51.100.${index}`))).toBe(30);
    expect(await passed(1, () => limits.own('ada', LINK_HOLDERS.mailbox, OFFICE))).toBe(1);
  });
});
