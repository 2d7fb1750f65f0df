import { OWN_QUEUES } from '@postern/events';
import {
  type Check,
  databaseCheck,
  doctorCommand,
  portsCheck,
  readDatabaseUrl,
  secretsCheck,
  spellingCheck,
} from '@postern/runtime';
import { createSqsClient, queuesCheck, type Right } from '@postern/sqs';
import { migrations } from '../../migrations/index.ts';
import { readConfig, workerEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { limitsCheck } from './limits-check.ts';
import { providerCheck } from './provider-check.ts';
import { recipientKeyCheck } from './recipient-key-check.ts';
import { senderDomainCheck, type TxtLookup } from './sender-domain-check.ts';

/** Variables that hold secrets. */
export const SECRETS = [
  ...['DATABASE_URL', 'LINK_KEY', 'RECIPIENT_KEY', 'GATEWAY_ENVELOPE_KEY', 'WORKER_ENVELOPE_KEY'],
  ...['SMTP_URL', 'SMTP_FALLBACK_URL', 'DKIM_PRIVATE_KEY', 'SMTP_OAUTH_CLIENT_SECRET', 'SMTP_OAUTH_REFRESH_TOKEN'],
  'PEER_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

const ALL_RIGHTS: readonly Right[] = ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'];

const quiet = () => createServiceLogger({ level: 'error', to: 'stderr' });

/** What the worker needs around it. */
export function workerDoctor(lookup?: TxtLookup) {
  return doctorCommand(
    () => checks(lookup),
    () => [databaseCheck(readDatabaseUrl(), migrations, quiet())],
  );
}

function checks(lookup?: TxtLookup): Check[] {
  const config = readConfig();
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);
  const domain = domainOf(config.MAIL_FROM.address);
  const bounceDomain = config.MAIL_RETURN_PATH === undefined ? domain : domainOf(config.MAIL_RETURN_PATH);
  const names = [...new Set([...OWN_QUEUES, ...config.WORKER_QUEUES])];
  const { SMTP_FALLBACK_URL: fallback } = config;
  const smtp = { oauth: config.oauth, ehloName: config.MAIL_EHLO_NAME };
  return [
    databaseCheck(config.DATABASE_URL, migrations, quiet()),
    queuesCheck(client, {
      ...{ prefix: config.QUEUE_PREFIX, names, create: config.QUEUE_CREATE },
      // Of dead letters, too: replicas send them back and discard them.
      rights: { queue: ALL_RIGHTS, dead: ALL_RIGHTS },
    }),
    recipientKeyCheck(config, quiet()),
    limitsCheck(config, client, quiet()),
    providerCheck('SMTP_URL', config.SMTP_URL, smtp),
    ...(fallback === undefined ? [] : [providerCheck('SMTP_FALLBACK_URL', fallback, smtp)]),
    senderDomainCheck({ domain, bounceDomain, dkim: config.dkim }, lookup),
    secretsCheck(config, SECRETS),
    spellingCheck(Object.keys(workerEnv)),
    portsCheck('worker', [{ variable: 'WORKER_OPS_PORT', host: config.WORKER_OPS_HOST, port: config.WORKER_OPS_PORT }]),
  ];
}
