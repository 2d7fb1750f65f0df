import type { ReplicaFacts } from '@postern/durable';
import type { Clock } from '@postern/runtime';
import type { QueueConsumer } from '@postern/sqs';
import type { Providers } from './mail/delivery/providers.ts';
import type { PauseWatch } from './pauses/pause-watch.ts';

/** What a replica says of itself while it waits for its parts. */
export const NOTHING_YET: ReplicaFacts = { queues: [], parts: [], paused: [] };

/** Of what a provider said, as much as a row of the replicas has room for, in characters. */
const LONGEST_WORDS = 300;

/** What this replica consumes, how fast it was since it was last asked, how it sees its mail providers, and what it obeys as paused. */
export function replicaFacts(
  consumers: readonly Pick<QueueConsumer, 'queue' | 'handled'>[],
  providers: Pick<Providers, 'all'> | undefined,
  pauses: Pick<PauseWatch, 'obeyed'>,
  clock: Clock,
): () => ReplicaFacts {
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
    const parts = (providers?.all ?? []).map(({ name, breaker, lastWords }) => ({
      ...{ name, state: breaker.state },
      ...(breaker.state === 'open' && { until: breaker.retryAt.toISOString() }),
      ...(lastWords && {
        last_words: lastWords.text.slice(0, LONGEST_WORDS),
        last_words_at: lastWords.at.toISOString(),
      }),
    }));
    return { queues, parts, paused: pauses.obeyed };
  };
}
