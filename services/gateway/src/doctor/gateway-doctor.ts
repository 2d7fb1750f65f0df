import { subscribers } from '@postern/events';
import {
  type Check,
  databaseCheck,
  doctorCommand,
  portsCheck,
  readDatabaseUrl,
  secretsCheck,
  spellingCheck,
} from '@postern/runtime';
import { createSqsClient, queuesCheck } from '@postern/sqs';
import { migrations } from '../../migrations/index.ts';
import { twoFactorModule } from '../accounts/two-factor/two-factor.module.ts';
import { gatewayEnv, readConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { modules } from '../modules.ts';
import { edgeCheck } from './edge-check.ts';
import { keysCheck } from './keys-check.ts';
import { sealCheck } from './seal-check.ts';

/** Variables that hold secrets. */
export const SECRETS = [
  'DATABASE_URL',
  'LINK_KEY',
  'GATEWAY_ENVELOPE_KEY',
  'KEY_ENCRYPTION_KEY',
  'MAIL_WEBHOOK_SECRETS',
  'PEER_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

const quiet = () => createServiceLogger({ level: 'error', to: 'stderr' });

/** What the gateway needs around it. */
export const gatewayDoctor = doctorCommand(checks, () => [databaseCheck(readDatabaseUrl(), migrations, quiet())]);

function checks(): Check[] {
  const config = readConfig();
  const { env } = config;
  const client = createSqsClient({ region: env.AWS_REGION, endpoint: env.SQS_ENDPOINT });
  const queues = ['events', ...subscribers.map(({ queue }) => queue)];
  return [
    databaseCheck(env.DATABASE_URL, migrations, quiet()),
    keysCheck(env.DATABASE_URL, env.KEY_ENCRYPTION_KEY, quiet()),
    sealCheck(env.DATABASE_URL, quiet()),
    queuesCheck(client, {
      ...{ prefix: env.QUEUE_PREFIX, names: queues, create: env.QUEUE_CREATE },
      rights: { queue: ['SendMessage'], dead: [] },
    }),
    edgeCheck(config, modules.includes(twoFactorModule)),
    secretsCheck(env, SECRETS),
    spellingCheck(Object.keys(gatewayEnv)),
    portsCheck('gateway', [
      { variable: 'GATEWAY_PORT', host: env.GATEWAY_HOST, port: env.GATEWAY_PORT },
      { variable: 'GATEWAY_OPS_PORT', host: env.GATEWAY_OPS_HOST, port: env.GATEWAY_OPS_PORT },
    ]),
  ];
}
