import { Inbox } from '@postern/durable';
import { bindFactory, Database, type Metrics } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { forgetAddress, forgetPerson } from '../mail/delivery/ledger/forget-person.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';
import { ProviderEvents } from '../mail/delivery/provider-events/provider-events.ts';
import { OptOuts } from '../mail/delivery/suppression/opt-outs.ts';
import { PatientReader } from '../messages/patient-reader.ts';
import { PauseWatch } from '../pauses/pause-watch.ts';
import { HandlerBreakers } from '../policies/handler-breakers.ts';
import { SharedRates } from '../policies/shared-rates.ts';
import { type PolicyTools, withPolicies } from '../policies/with-policies.ts';
import { WorkContexts } from '../work-context.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { countRuns } from './count-runs.ts';
import { EventDispatcher } from './event-dispatcher.ts';
import { listeners } from './index.ts';
import type { Listener } from './listen.ts';
import { ListenerRegistry } from './listener-registry.ts';
import { ListenerTries } from './listener-tries.ts';
import { MailFeedback } from './mail-feedback.ts';
import { PatientDispatcher } from './patient-dispatcher.ts';

export const listenersModule = ({ config, logger, metrics, clock, database, eventReader }: WorkerParts) =>
  new ContainerModule((module) => {
    module
      .bind(MailFeedback)
      .toResolvedValue(
        (found?: ProviderEvents) => new MailFeedback(found),
        [{ serviceIdentifier: ProviderEvents, optional: true }],
      )
      .inSingletonScope();
    bindFactory(module, ListenerTries, [Database], (db) => new ListenerTries(db, { logger }));
    bindFactory(
      module,
      EventDispatcher,
      [
        Inbox,
        WorkContexts,
        RecipientHasher,
        MailFeedback,
        OptOuts,
        PauseWatch,
        SharedRates,
        HandlerBreakers,
        ListenerTries,
      ],
      (inbox, contexts, hasher, mailFeedback, optOuts, pauses, rates, breakers, tries) =>
        new EventDispatcher(
          listeners.map((listener) =>
            pausable(byPolicies(measured(listener, metrics), { rates, clock, breakers }), pauses),
          ),
          inbox,
          ({ name }, envelope, message) => ({
            ...contexts.for(name, envelope, message),
            forget: async (person) => void (await forgetPerson(database, hasher, person)),
            forgetAddress: (email) => forgetAddress(database, hasher, email),
            optOuts,
            feedback: (event, options) => mailFeedback.apply(event, options),
          }),
          new PatientReader(eventReader, config.WORKER_UNKNOWN_MS),
          tries,
        ),
    );
    bindFactory(module, ListenerRegistry, [Database], (db) => new ListenerRegistry(db, listeners, { clock, logger }));
    bindFactory(
      module,
      PatientDispatcher,
      [EventDispatcher, ListenerRegistry],
      (dispatcher, registry) => new PatientDispatcher(dispatcher, registry, config.WORKER_UNKNOWN_MS),
    );
  });

/** The listener, which has its events wait while it is paused: they count as no run. */
function pausable(listener: Listener, pauses: PauseWatch): Listener {
  return {
    ...listener,
    handle: async (event, context) => {
      pauses.pass(listener.name);
      await listener.handle(event, context);
    },
  };
}

/** The listener, whose tries are run by its policies. */
function byPolicies(listener: Listener, tools: PolicyTools): Listener {
  const tried = withPolicies(`listener ${listener.name}`, listener.policies, tools);
  return { ...listener, handle: (event, context) => tried(context, (given) => listener.handle(event, given)) };
}

/** The listener, with its runs counted by their end: of an event's listeners one may fail while the others succeed. */
function measured(listener: Listener, metrics: Metrics): Listener {
  const count = countRuns(metrics, listener.name);
  return { ...listener, handle: (event, context) => count(() => listener.handle(event, context)) };
}
