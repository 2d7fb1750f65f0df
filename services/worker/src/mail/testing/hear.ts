import { createEnvelope } from '@postern/events';
import { FakeJobs } from '@postern/events/testing';
import { MemoryLogger, Metrics } from '@postern/runtime';
import type { Listener, ListenerContext } from '../../listeners/listen.ts';
import type { FakeMailer } from './fake-mailer.ts';
import { testConfig } from './test-config.ts';
import { unreachable } from './unreachable.ts';

/**
 * Lets a listener hear its event, as the dispatcher would.
 *
 * @param data checked by the event's schema
 * @param at when it happened; left out, now
 * @param rest what else the listener gets to work with; what is left out does nothing
 * @throws EnvelopeError if the event cannot carry the data; what the listener throws
 */
export async function hear(
  listener: Listener,
  data: unknown,
  mailer: FakeMailer,
  { at, ...rest }: Partial<Omit<ListenerContext, 'mail'>> & { at?: Date } = {},
): Promise<void> {
  const envelope = createEnvelope(listener.event, data, { source: 'postern/test', ...(at && { time: at }) });
  await listener.handle(
    { id: envelope.id, data: envelope.data, envelope },
    {
      mail: mailer,
      userId: undefined,
      forget: async () => {},
      forgetAddress: async () => {},
      feedback: async () => {},
      optOuts: { add: async () => {}, end: async () => {} },
      jobs: new FakeJobs(),
      config: testConfig(),
      metrics: new Metrics({ defaults: false }),
      fetch: unreachable,
      log: new MemoryLogger(),
      signal: new AbortController().signal,
      attempt: 1,
      ...rest,
    },
  );
}
