import type { ReplicaFacts, ReplicaPart } from '@postern/durable';
import { type Clock, withoutAddresses } from '@postern/runtime';
import type { QueueConsumer } from '@postern/sqs';
import type { Provider } from './mail/delivery/provider.ts';
import type { PauseWatch } from './pauses/pause-watch.ts';

/** What a replica says of itself while it waits for its parts. */
export const NOTHING_YET: ReplicaFacts = { queues: [], parts: [], paused: [] };

/** Of what a provider or a handler said, and of handlers, as much as a row of the replicas has room for: characters, and how many. */
const LONGEST_WORDS = { provider: 300, handler: 150 };
const MAX_HANDLERS = 30;

/** What a replica is asked about. */
interface ReplicaParts {
  consumers: readonly Pick<QueueConsumer, 'queue' | 'handled'>[];
  /** None where it sends no mail. */
  providers: readonly Guarded[];
  breakers: { all: readonly Guarded[] };
  pauses: Pick<PauseWatch, 'obeyed'>;
  clock: Clock;
}

type Guarded = Pick<Provider, 'name' | 'breaker' | 'lastWords'> & Partial<Pick<Provider, 'state'>>;

/**
 * What this replica consumes, how fast it was since it was last asked, how it sees its mail providers and what its handlers call, and what
 * it obeys as paused.
 */
export function replicaFacts({ consumers, providers, breakers, pauses, clock }: ReplicaParts): () => ReplicaFacts {
  const before = new Map(consumers.map(({ queue, handled }) => [queue, handled]));
  let askedAt = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    const seconds = Math.max(0.001, (now - askedAt) / 1_000);
    askedAt = now;
    const queues = consumers.map(({ queue, handled }) => {
      const count = handled - (before.get(queue) ?? 0);
      before.set(queue, handled);
      return { queue, per_second: Math.round((count / seconds) * 10) / 10 };
    });
    const handlers = breakers.all
      .map((guarded) => ({ ...partOf(guarded, LONGEST_WORDS.handler), kind: 'handler' as const }))
      // What is shut off first: of very many, the others are left out.
      .sort((one, other) => Number(one.state === 'closed') - Number(other.state === 'closed'))
      .slice(0, MAX_HANDLERS);
    const parts = [...providers.map((guarded) => partOf(guarded, LONGEST_WORDS.provider)), ...handlers];
    return { queues, parts, paused: pauses.obeyed };
  };
}

function partOf({ name, breaker, state = breaker.state, lastWords }: Guarded, longest: number): ReplicaPart {
  return {
    ...{ name, state },
    ...(breaker.state === 'open' && { until: breaker.retryAt.toISOString() }),
    ...(lastWords && {
      last_words: withoutAddresses(lastWords.text).slice(0, longest),
      last_words_at: lastWords.at.toISOString(),
    }),
  };
}
