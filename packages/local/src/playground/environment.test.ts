import { expect, test } from 'vitest';
import { inherited, type Surroundings, serviceEnvironments } from './environment.ts';
import { serviceDatabases } from './mysql.ts';

const around: Surroundings = {
  ports: { gateway: 3000, gatewayOps: 3001, workerOps: 3002, inbox: 8025, smtp: 1025, sqs: 9324 },
  secrets: {
    LINK_KEY: 'link',
    KEY_ENCRYPTION_KEY: 'encryption',
    GATEWAY_ENVELOPE_KEY: 'g',
    WORKER_ENVELOPE_KEY: 'w',
    RECIPIENT_KEY: 'r',
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
  expect(serviceEnvironments(around, outer).worker).toMatchObject({
    AWS_ACCESS_KEY_ID: 'local',
    AWS_REGION: 'us-east-1',
  });
  expect(inherited(outer)).not.toHaveProperty('AWS_PROFILE');
  const real = serviceEnvironments({ ...around, embeddedSqs: false }, outer).worker;
  expect(real).toMatchObject({ AWS_ACCESS_KEY_ID: 'real', AWS_REGION: 'eu-central-1' });
});

test('one database URL gives each service a database of its own on the same server', () => {
  expect(serviceDatabases('mysql://u:p%40@db:3307/postern?charset=utf8mb4')).toEqual({
    gateway: 'mysql://u:p%40@db:3307/postern?charset=utf8mb4',
    worker: 'mysql://u:p%40@db:3307/postern_worker?charset=utf8mb4',
  });
});
