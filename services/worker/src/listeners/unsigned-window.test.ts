import { EnvelopeReader, GATEWAY, UserErased } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { expect, it } from 'vitest';
import { unsignedWindow } from './unsigned-window.ts';

const HOUR = 3_600_000;
const body = JSON.stringify({
  specversion: '1.0',
  id: '0198c1f0-0000-7000-8000-000000000001',
  source: GATEWAY,
  type: 'user.erased',
  dataversion: 1,
  time: '2026-01-01T00:00:00.000Z',
  data: { user_id: '0198c1f0-0000-7000-8000-000000000002', email: 'a@b.example', first_name: 'Ann', locale: 'en' },
});

function opened(until: (now: Date) => Date | undefined) {
  const parts = { clock: new FakeClock(), logger: new MemoryLogger(), metrics: new Metrics({ defaults: false }) };
  const unsigned = unsignedWindow(until(parts.clock.now()), parts);
  const reader = new EnvelopeReader([UserErased], { [GATEWAY]: testKeys('g1') }, { unsigned });
  return { ...parts, read: () => reader.read(body).envelope.type };
}

it('counts the messages that it lets in and says so, until its end', async () => {
  const { clock, logger, metrics, read } = opened((now) => new Date(now.getTime() + HOUR));
  for (let n = 0; n < 3; n++) expect(read()).toBe('user.erased');
  expect(await metrics.expose()).toContain('queue_unsigned_messages_accepted_total{type="user.erased"} 3');
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  await clock.advance(HOUR);
  expect(read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
});

it('lets nothing in without a time, nor after it, and says that the variable can go', () => {
  expect(opened(() => undefined).read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
  const over = opened((now) => now);
  expect(over.read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
  expect(over.logger.lines).toEqual([
    expect.objectContaining({ level: 'info', message: expect.stringContaining('The variable can go') }),
  ]);
});
