import { FakeClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import { Breaker, DEFAULT_BREAKER } from './policies/breaker.ts';
import { replicaFacts } from './replica-facts.ts';

it('reports the speed since it was last asked, and each provider as its breaker has it', async () => {
  const clock = new FakeClock();
  const consumer = { queue: 'events', handled: 7 };
  const breaker = new Breaker(clock, DEFAULT_BREAKER);
  const facts = replicaFacts([consumer], { all: [{ name: 'smtp', breaker }] as never }, { obeyed: ['mail'] }, clock);
  consumer.handled += 25;
  await clock.advance(10_000);
  expect(facts()).toEqual({
    queues: [{ queue: 'events', per_second: 2.5 }],
    parts: [{ name: 'smtp', state: 'closed' }],
    paused: ['mail'],
  });
  breaker.failed(true);
  await clock.advance(10_000);
  expect(facts()).toEqual({
    queues: [{ queue: 'events', per_second: 0 }],
    parts: [{ name: 'smtp', state: 'open', until: breaker.retryAt.toISOString() }],
    paused: ['mail'],
  });
});
