import type { Secrets } from './home.ts';
import type { Ports } from './options.ts';

/** What the services are told about the parts around them. */
export interface Surroundings {
  ports: Ports;
  secrets: Secrets;
  databases: { gateway: string; worker: string };
  sqsEndpoint: string;
  smtpUrl: string;
  /** The embedded queue takes any credentials; a real one needs those of the environment. */
  embeddedSqs: boolean;
}

/**
 * The environment each service gets: the same variables as in a container. What the person's environment sets beyond
 * the parts (APP_URL, MAIL_FROM, LOG_LEVEL, rate limits, …) is handed through.
 */
export function serviceEnvironments(
  around: Surroundings,
  outer: NodeJS.ProcessEnv,
): { gateway: Record<string, string>; worker: Record<string, string> } {
  const credentials = around.embeddedSqs
    ? { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' }
    : {
        AWS_ACCESS_KEY_ID: outer.AWS_ACCESS_KEY_ID ?? 'local',
        AWS_SECRET_ACCESS_KEY: outer.AWS_SECRET_ACCESS_KEY ?? 'local',
        AWS_REGION: outer.AWS_REGION ?? 'us-east-1',
      };
  const both = {
    ...credentials,
    SQS_ENDPOINT: around.sqsEndpoint,
    QUEUE_PREFIX: outer.QUEUE_PREFIX ?? 'postern-',
    QUEUE_CREATE: 'true',
    LINK_KEY: outer.LINK_KEY ?? around.secrets.LINK_KEY,
    GATEWAY_ENVELOPE_KEY: outer.GATEWAY_ENVELOPE_KEY ?? around.secrets.GATEWAY_ENVELOPE_KEY,
    PUBLIC_URL: outer.PUBLIC_URL ?? gatewayUrl(around.ports, outer),
  };
  return {
    gateway: {
      ...both,
      DATABASE_URL: around.databases.gateway,
      KEY_ENCRYPTION_KEY: outer.KEY_ENCRYPTION_KEY ?? around.secrets.KEY_ENCRYPTION_KEY,
      // Everyone here comes from one address, load tests included.
      SIGN_UPS_PER_HOUR: outer.SIGN_UPS_PER_HOUR ?? '1000000',
      SIGN_INS_PER_ACCOUNT: outer.SIGN_INS_PER_ACCOUNT ?? '1000000',
      SIGN_INS_PER_ADDRESS: outer.SIGN_INS_PER_ADDRESS ?? '1000000',
      GATEWAY_HOST: outer.GATEWAY_HOST ?? '127.0.0.1',
      GATEWAY_PORT: String(around.ports.gateway),
      GATEWAY_OPS_HOST: outer.GATEWAY_OPS_HOST ?? '127.0.0.1',
      GATEWAY_OPS_PORT: String(around.ports.gatewayOps),
    },
    worker: {
      ...both,
      DATABASE_URL: around.databases.worker,
      RECIPIENT_KEY: outer.RECIPIENT_KEY ?? around.secrets.RECIPIENT_KEY,
      WORKER_ENVELOPE_KEY: outer.WORKER_ENVELOPE_KEY ?? around.secrets.WORKER_ENVELOPE_KEY,
      SMTP_URL: around.smtpUrl,
      MAIL_FROM: outer.MAIL_FROM ?? 'Postern <hello@postern.local>',
      WORKER_OPS_HOST: outer.WORKER_OPS_HOST ?? '127.0.0.1',
      WORKER_OPS_PORT: String(around.ports.workerOps),
    },
  };
}

/** Where the gateway is reached; it serves TLS itself when it is given a certificate. */
export function gatewayUrl(ports: Ports, outer: NodeJS.ProcessEnv): string {
  return `${outer.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${ports.gateway}`;
}

/** The outer environment without what would lead the AWS SDK away from the embedded queue. */
export function inherited(outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, AWS_ENDPOINT_URL: _url, ...rest } = outer;
  return rest;
}
