import { expect, test } from 'vitest';
import { type Surroundings, serviceEnvironments, withInherited } from './environment.ts';
import { serviceDatabases } from './service-databases.ts';

const around: Surroundings = {
  ports: { gateway: 3000, gatewayOps: 3001, workerOps: 3002, workerConsole: 3004, inbox: 8025, smtp: 1025, sqs: 9324 },
  secrets: {
    LINK_KEY: 'link',
    KEY_ENCRYPTION_KEY: 'encryption',
    GATEWAY_ENVELOPE_KEY: 'g',
    WORKER_ENVELOPE_KEY: 'w',
    RECIPIENT_KEY: 'r',
    PEER_KEY: 'p',
  },
  databases: { gateway: 'sqlite:/g', worker: 'sqlite:/w' },
  sqsEndpoint: 'http://127.0.0.1:9324',
  smtpUrl: 'smtp://127.0.0.1:1025',
  embeddedSqs: true,
};

test('the worker gets the key of links and never the one that encrypts signing keys', () => {
  const { gateway, worker } = serviceEnvironments(around, {});
  expect(gateway.LINK_KEY).toBe(worker.LINK_KEY);
  expect(gateway).toHaveProperty('KEY_ENCRYPTION_KEY');
  expect(worker).not.toHaveProperty('KEY_ENCRYPTION_KEY');
  expect(gateway).not.toHaveProperty('WORKER_ENVELOPE_KEY');
});

test("a developer's AWS profile does not lead to AWS while the queue is embedded", () => {
  const outer = { AWS_ACCESS_KEY_ID: 'real', AWS_REGION: 'eu-central-1', AWS_PROFILE: 'work', PATH: '/bin' };
  const worker = withInherited(outer, serviceEnvironments(around, outer).worker);
  expect(worker).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_REGION: 'us-east-1', PATH: '/bin' });
  expect(worker).not.toHaveProperty('AWS_PROFILE');
});

test.each([
  { AWS_ACCESS_KEY_ID: 'real', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token', AWS_REGION: 'eu-west-3' },
  { AWS_PROFILE: 'work', AWS_CONFIG_FILE: '/aws/config', AWS_REGION: 'eu-west-3' },
  { AWS_PROFILE: 'sso', AWS_SDK_LOAD_CONFIG: '1' },
])('a queue of AWS gets the credentials of the environment as they are: %j', (outer) => {
  const aws = { ...around, embeddedSqs: false, sqsEndpoint: 'https://sqs.eu-west-3.amazonaws.com' };
  const { gateway, worker } = serviceEnvironments(aws, outer);
  for (const own of [gateway, worker]) {
    const env = withInherited(outer, own);
    expect(
      Object.entries(env)
        .filter(([name]) => name.startsWith('AWS_'))
        .sort(),
    ).toEqual(Object.entries({ ...outer, AWS_REGION: 'eu-west-3' }).sort());
  }
});

test('a queue of AWS gets no made-up credentials where none are in the environment: the default profile or a role has them', () => {
  const aws = { ...around, embeddedSqs: false, sqsEndpoint: 'https://sqs-fips.us-gov-west-1.amazonaws.com/' };
  const { worker } = serviceEnvironments(aws, {});
  expect(worker).toMatchObject({ AWS_REGION: 'us-gov-west-1' });
  expect(worker).not.toHaveProperty('AWS_ACCESS_KEY_ID');
});

test('a look-alike of SQS gets any credentials where none are in the environment', () => {
  const { worker } = serviceEnvironments({ ...around, embeddedSqs: false, sqsEndpoint: 'http://elasticmq:9324' }, {});
  expect(worker).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' });
});

test('one database URL gives each service a database of its own on the same server', () => {
  expect(serviceDatabases('mysql://u:p%40@db:3307/postern?charset=utf8mb4')).toEqual({
    gateway: 'mysql://u:p%40@db:3307/postern?charset=utf8mb4',
    worker: 'mysql://u:p%40@db:3307/postern_worker?charset=utf8mb4',
  });
});
