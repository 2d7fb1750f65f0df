import { FakeClock, MemoryLogger, newId } from '@postern/runtime';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Breaker } from '../../policies/breaker.ts';
import type { LedgerEntry } from './ledger/ledger-entry.ts';
import { mailId } from './ledger/mail-identity.ts';
import { type DeliveryTools, MailDelivery } from './mail-delivery.ts';
import type { MailPlanner } from './mail-planner.ts';
import { Provider } from './provider.ts';
import { MailTransport, type Outcome, type TryOptions } from './transports/mail-transport.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Loses its connection while the note of a body is being written. */
class BrokenBeforeItsBody extends MailTransport {
  override readonly name = 'primary';
  override readonly concurrency = 1;
  override readonly longestTryMs = 1_000;
  override readonly longestAnswerMs = 5_000;
  body: Promise<void> | undefined;
  override async send(_mail: unknown, { beforeBody }: TryOptions): Promise<Outcome> {
    this.body = beforeBody();
    return { kind: 'provider-down', reason: 'session: closed', refused: false };
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

it('a try that ended while the note of its body was being written leaves nothing behind that goes on', async () => {
  const clock = new FakeClock();
  const noted = Promise.withResolvers<void>();
  const key = newId();
  const entry = { id: mailId(key), key, mail: 'welcome', attempts: 1, unknowns: 0, expiresAt: new Date(8.64e15) };
  const ledger = { bodyBegins: () => noted.promise.then(() => entry), change: async () => true };
  // Asked when the try has ended.
  const planner = { next: async () => noted.resolve() } as unknown as MailPlanner;
  const tools = { ledger, metrics: { count: () => undefined }, clock, logger: new MemoryLogger() };
  const delivery = new MailDelivery(planner, tools as unknown as DeliveryTools, 2_000);
  const transport = new BrokenBeforeItsBody();
  const reports = { failed: () => undefined, refusesDomain: () => undefined };
  const provider = new Provider(transport, new Breaker(clock), reports, clock);
  const mail = { messageId: '<1@example.com>', envelope: { from: 'hello@example.com', to: 'ann@example.com' } };

  await delivery.send(entry as unknown as LedgerEntry, mail, provider, 'resend-twice');
  await transport.body;

  expect(vi.getTimerCount()).toBe(0);
});
