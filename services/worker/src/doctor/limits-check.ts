import { QUEUES } from '@postern/events';
import {
  type Check,
  type Clock,
  ConfigError,
  failure,
  type Logger,
  Metrics,
  ok,
  SystemClock,
  warning,
} from '@postern/runtime';
import { QueueDirectory } from '@postern/sqs';
import type { Config } from '../config.ts';
import { createConsumers, type SqsClient } from '../consumers.ts';
import { openTransports } from '../mail/delivery/transports/open-transport.ts';
import { tryLimitMs } from '../mail/delivery/try-limit.ts';

/** Time limits that have to fit together, and windows that should not stay open. */
export function limitsCheck(config: Config, client: SqsClient, logger: Logger): Check {
  return {
    subject: 'time limits',
    run: async () => {
      const clock: Clock = new SystemClock();
      const addresses = config.WORKER_QUEUES.map((name) => ({
        ...{ name, url: '', deadLetterUrl: '', fifo: false, retentionSeconds: 345_600, maxReceiveCount: undefined },
      }));
      const nothing = async () => undefined;
      const handlers = Object.fromEntries(QUEUES.map((name) => [name, nothing]));
      const metrics = new Metrics({ defaults: false });
      const queues = new QueueDirectory(addresses);
      const faults: string[] = [];
      const collect = (work: () => unknown) => {
        try {
          work();
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          faults.push(...error.problems);
        }
      };
      for (const consumer of createConsumers(handlers, {
        client,
        queues,
        config,
        logger,
        metrics,
        clock,
        givenUp: {},
      })) {
        collect(() => consumer.checkSettings());
      }
      const transports = openTransports(config);
      collect(() => tryLimitMs(config.MAIL_LEASE_MS, transports));
      await Promise.all(transports.map((transport) => transport.close()));
      const findings = [...new Set(faults)].map((fault) =>
        failure('time limits', fault, 'change the setting that it names: the worker does not start like this'),
      );
      if (config.ACCEPT_UNSIGNED_UNTIL && config.ACCEPT_UNSIGNED_UNTIL > clock.now()) {
        const what = `messages that nobody has signed are accepted until ${config.ACCEPT_UNSIGNED_UNTIL.toISOString()}`;
        findings.push(warning('ACCEPT_UNSIGNED_UNTIL', what, 'leave it out once the upgrade is done'));
      }
      return findings.length > 0 ? findings : [ok('time limits', 'they fit together')];
    },
  };
}
