import { FakeClock, MemoryLogger } from '@postern/runtime';
import { expect, it, vi } from 'vitest';
import { DueMails } from './due-mails.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Mailer } from './mailer.ts';

it('while no provider works one batch is taken up a poll, however many are due: all that can be done is to put them off', async () => {
  const clock = new FakeClock();
  let due = 1_000;
  const claimDue = async (limit: number) => {
    due -= limit;
    return due < 0 ? [] : new Array(limit).fill({});
  };
  const mails = new DueMails(
    { claimDue } as unknown as Ledger,
    { resume: async () => undefined } as unknown as Mailer,
    {
      ...{ pollMs: 1_000, batch: 50, logger: new MemoryLogger(), clock },
      providers: { available: () => undefined },
    },
  );
  mails.start();
  for (let polls = 1; polls <= 5; polls++) {
    await vi.waitUntil(() => clock.sleeping === 1, { timeout: 120_000 });
    expect(due).toBe(1_000 - polls * 50);
    await clock.advance(1_000);
  }
  await mails.stop();
});
