import type { ReplicaReport } from '@postern/durable';
import { expect, it } from 'vitest';
import { handlerBreakersTable, providersTable } from './queue-views.ts';

const now = new Date('2026-11-29T10:00:00Z');
const until = '2026-11-29T10:00:30Z';

function replica(parts: ReplicaReport['parts']): ReplicaReport {
  const heard = { started_at: now.toISOString(), seen_at: now.toISOString(), loop_lag_ms: 1 };
  return { id: 'r1', host: 'w1', name: 'w1', version: '1', state: 'running', ...heard, queues: [], parts };
}

it('shows the breakers of handlers apart from those of mail providers', () => {
  const parts = [
    { name: 'smtp', state: 'closed' },
    { kind: 'handler' as const, name: 'job shipment.book', state: 'open', until, last_words: 'carrier answered 503' },
  ];
  const [handlers, providers] = [handlerBreakersTable([replica(parts)], now), providersTable([replica(parts)], now)];
  for (const text of ['job shipment.book', 'w1', 'Shut off', 'carrier answered 503', until.slice(0, 19)]) {
    expect(String(handlers)).toContain(text);
  }
  expect(String(handlers)).not.toContain('smtp');
  expect(String(providers)).not.toContain('shipment');
});

it('shows no table where no handler has a breaker', () => {
  expect(String(handlerBreakersTable([replica([{ name: 'smtp', state: 'closed' }])], now))).toBe('');
});
