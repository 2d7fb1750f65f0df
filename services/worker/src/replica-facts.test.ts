import { FakeClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import { Breaker, DEFAULT_BREAKER } from './policies/breaker.ts';
import { replicaFacts } from './replica-facts.ts';

it('reports the speed since it was last asked, and each provider as its breaker has it', async () => {
  const clock = new FakeClock();
  const consumer = { queue: 'events', handled: 7 };
  const breaker = new Breaker(clock, DEFAULT_BREAKER);
  const facts = replicaFacts({
    ...{ consumers: [consumer], breakers: { all: [] }, pauses: { obeyed: ['mail'] }, clock },
    providers: [{ name: 'smtp', breaker, lastWords: undefined }],
  });
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

it('reports what handlers call, what is shut off first, as far as a row has room for them', () => {
  const clock = new FakeClock();
  const words = { text: `ann@example.com ${'x'.repeat(1_000)}`, at: clock.now() };
  const all = Array.from({ length: 100 }, (_, index) => {
    const breaker = new Breaker(clock, { ...DEFAULT_BREAKER, failures: 1 });
    if (index === 70) breaker.failed(false);
    return { name: `job ${'very.long_'.repeat(5)}${index}`, breaker, lastWords: words };
  });
  const facts = replicaFacts({ consumers: [], providers: [], breakers: { all }, pauses: { obeyed: [] }, clock })();
  const [first, second] = facts.parts;
  expect(first).toMatchObject({ kind: 'handler', name: expect.stringMatching(/70$/), state: 'open' });
  expect(first?.until).toBeDefined();
  expect(second?.state).toBe('closed');
  expect(JSON.stringify(facts)).not.toContain('ann@');
  // REPLICA_LIMITS.facts of @postern/durable, with room for queues, pauses and two providers.
  expect(JSON.stringify(facts).length).toBeLessThan(13_000);
});
