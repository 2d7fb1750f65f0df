import { Inbox, Outbox } from '@postern/durable';
import { EnvelopeReader, EnvelopeWriter, events, WORKER } from '@postern/events';
import { bindConstant, bindFactory, Database } from '@postern/runtime';
import { Container } from 'inversify';
import { writerKeys } from './envelope-keys.ts';
import { jobs } from './jobs/index.ts';
import { unsignedWindow } from './listeners/unsigned-window.ts';
import { mails as allMails } from './mail/content/mails/index.ts';
import { MAX_AGE_MS } from './max-age.ts';
import { modules, type WorkerModule } from './modules.ts';
import type { Resources } from './worker-parts.ts';

/** Everything of the worker's capabilities, each made once when first asked for. */
export function createContainer(resources: Resources, capabilities: readonly WorkerModule[] = modules): Container {
  const { config, logger, metrics, clock, database, sender, mails = allMails } = resources;
  const container = new Container();
  const writer = new EnvelopeWriter(WORKER, config.WORKER_ENVELOPE_KEY);
  const keys = writerKeys(config);
  const now = () => clock.now();
  const unsigned = unsignedWindow(config.ACCEPT_UNSIGNED_UNTIL, { logger, metrics, clock });
  const eventReader = new EnvelopeReader(events, keys, { unsigned, maxAgeMs: MAX_AGE_MS, now });
  const jobEnvelopes = new EnvelopeReader(jobs, keys, { unsigned, maxAgeMs: MAX_AGE_MS, now });

  bindConstant(container, Database, database);
  bindFactory(container, Inbox, [Database], (db) => new Inbox(db, { clock }));
  bindFactory(container, Outbox, [Database], (db) => {
    const renew = (body: string) => writer.renew(body, clock.now());
    return new Outbox(db, sender, { logger, metrics, clock, renew });
  });
  const parts = { ...resources, mails, writer, eventReader, jobEnvelopes };
  container.load(...capabilities.map((module) => module(parts)));
  return container;
}
