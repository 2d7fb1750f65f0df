import type { EnvelopeReader, EnvelopeWriter } from '@postern/events';
import type { Clock, Database, Logger, Metrics } from '@postern/runtime';
import type { MessageSender } from '@postern/sqs';
import type { Config } from './config.ts';
import type { MailCatalog } from './mail/content/mail-catalog.ts';
import type { MailTransport } from './mail/delivery/transports/mail-transport.ts';

/** What `main.ts` opens: it owns their order, and their end. */
export interface Resources {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  database: Database;
  sender: MessageSender;
  transports: readonly MailTransport[];
  /** Default: all of mail/content/mails. */
  mails?: MailCatalog | undefined;
}

/** What the modules of the worker make their own from. */
export interface WorkerParts extends Resources {
  mails: MailCatalog;
  writer: EnvelopeWriter;
  eventReader: EnvelopeReader;
  jobEnvelopes: EnvelopeReader;
}
