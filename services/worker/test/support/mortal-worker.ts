import { Inbox, Outbox } from '@postern/durable';
import { Life, MortalDatabase, MortalSender } from '@postern/durable/testing';
import { type Database, type FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import type { Config } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import { DueMails } from '../../src/mail/delivery/due-mails.ts';
import { MailDelivery } from '../../src/mail/delivery/mail-delivery.ts';
import { Mailer } from '../../src/mail/delivery/mailer.ts';
import {
  type ComposedMail,
  MailTransport,
  type Outcome,
  type TryOptions,
} from '../../src/mail/delivery/transports/mail-transport.ts';
import { notHandedOver } from '../../src/mail/delivery/transports/not-handed-over.ts';

export type MailFate = 'taken' | 'put off' | 'taken, reply lost';

/** What outlives every process: the messages in SQS, and what the mail provider has. */
export class OuterWorld {
  readonly events = new Set<string>();
  readonly jobs = new Set<string>();
  /** Message-IDs of the mails that the provider took, each as often as it did. */
  readonly taken: string[] = [];
  /** Message-IDs of the tries that came to the moment of the body. */
  readonly ready: string[] = [];
  readonly #fates: readonly MailFate[];
  #turn = 0;

  constructor(fates: readonly MailFate[]) {
    this.#fates = fates;
  }

  nextFate(): MailFate {
    return this.#fates[this.#turn++ % Math.max(1, this.#fates.length)] ?? 'taken';
  }
}

/** A provider as a mortal process sees it: the process may die at every step of the conversation. */
class MortalTransport extends MailTransport {
  override readonly name = 'primary';
  override readonly concurrency = 10;
  override readonly longestTryMs = 60_000;
  readonly #life: Life;
  readonly #outer: OuterWorld;
  readonly #fate: () => MailFate;
  readonly #notesEarly: boolean;
  /** At which step of its next conversation the process dies, if it does. */
  diesAt: number | undefined;

  constructor(life: Life, outer: OuterWorld, { healthy = false, notesEarly = false }: MortalOptions) {
    super();
    this.#life = life;
    this.#outer = outer;
    this.#fate = healthy ? () => 'taken' : () => outer.nextFate();
    this.#notesEarly = notesEarly;
  }

  override async send({ messageId }: ComposedMail, { beforeBody }: TryOptions): Promise<Outcome> {
    if (this.#notesEarly) await beforeBody();
    if (this.diesAt !== undefined) this.#life.endsIn(this.diesAt);
    for (const _ of ['connect', 'sign in', 'sender', 'recipient']) this.#life.step();
    const fate = this.#fate();
    if (fate === 'put off') return { kind: 'retry', reason: 'later', elsewhere: true };
    try {
      await beforeBody();
    } catch (error) {
      return notHandedOver(error);
    }
    this.#outer.ready.push(messageId);
    this.#life.step();
    this.#outer.taken.push(messageId);
    this.#life.step();
    if (fate === 'taken, reply lost') return { kind: 'unknown', reason: 'the connection broke' };
    return { kind: 'accepted', reason: '250 ok', providerMessageId: messageId };
  }

  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

export interface MortalOptions {
  /** Nothing goes wrong. */
  healthy?: boolean;
  /** The body is noted before the conversation begins, and not when it is about to be written. */
  notesEarly?: boolean;
}

/** A process that publishes, listens and mails, and may die between any two of its effects. */
export function startMortal(
  { database, clock, config }: { database: Database; clock: FakeClock; config: Config },
  outer: OuterWorld,
  options: MortalOptions = {},
) {
  const life: Life = new Life(() => delivery.hurry(0));
  const logger = new MemoryLogger();
  const metrics = new Metrics({ defaults: false });
  const own = new MortalDatabase(database, logger, life);
  const sender = new MortalSender(life, (_queue, { id }) => void outer.events.add(id));
  const transport = new MortalTransport(life, outer, options);
  const container = createContainer({
    ...{ config, logger, metrics, clock, database: own, sender },
    transports: [transport],
  });
  const delivery = container.get(MailDelivery);
  const parts = { outbox: container.get(Outbox), inbox: container.get(Inbox), mailer: container.get(Mailer) };
  return { life, transport, database: own, due: container.get(DueMails), ...parts };
}

export type MortalWorker = ReturnType<typeof startMortal>;
