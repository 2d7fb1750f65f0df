import type { Secrets } from './home.ts';
import type { Ports } from './options.ts';

/** What the services know of the parts around them. */
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
  const peerKey = outer.PEER_KEY ?? around.secrets.PEER_KEY;
  const both = {
    ...(around.embeddedSqs ? { ...ANY_CREDENTIALS, AWS_REGION: 'us-east-1' } : outerAws(around.sqsEndpoint, outer)),
    SQS_ENDPOINT: around.sqsEndpoint,
    QUEUE_PREFIX: outer.QUEUE_PREFIX ?? 'postern-',
    QUEUE_CREATE: 'true',
    // The playground reads the lines, and prints them in the format that the outer variable asks for.
    LOG_FORMAT: 'json',
    LINK_KEY: outer.LINK_KEY ?? around.secrets.LINK_KEY,
    GATEWAY_ENVELOPE_KEY: outer.GATEWAY_ENVELOPE_KEY ?? around.secrets.GATEWAY_ENVELOPE_KEY,
    PUBLIC_URL: outer.PUBLIC_URL ?? gatewayUrl(around.ports, outer),
  };
  return {
    gateway: {
      ...both,
      DATABASE_URL: around.databases.gateway,
      KEY_ENCRYPTION_KEY: outer.KEY_ENCRYPTION_KEY ?? around.secrets.KEY_ENCRYPTION_KEY,
      // The example front end of @postern/client; with an address of somebody's own, cookies may not go there in the clear.
      COOKIE_ORIGINS: outer.COOKIE_ORIGINS ?? (outer.PUBLIC_URL ? '' : EXAMPLE_ORIGIN),
      // Everyone here comes from one address, load tests included.
      SIGN_UPS_PER_HOUR: outer.SIGN_UPS_PER_HOUR ?? '1000000',
      SIGN_INS_PER_ACCOUNT: outer.SIGN_INS_PER_ACCOUNT ?? '1000000',
      SIGN_INS_PER_ADDRESS: outer.SIGN_INS_PER_ADDRESS ?? '1000000',
      // Whoever tries an operation that they are writing comes more often than the person that its limit is for.
      ACCOUNT_LIMITS_FACTOR: outer.ACCOUNT_LIMITS_FACTOR ?? '1000',
      GATEWAY_HOST: outer.GATEWAY_HOST ?? '127.0.0.1',
      GATEWAY_PORT: String(around.ports.gateway),
      GATEWAY_OPS_HOST: outer.GATEWAY_OPS_HOST ?? '127.0.0.1',
      GATEWAY_OPS_PORT: String(around.ports.gatewayOps),
      PEER_KEY: peerKey,
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
      WORKER_CONSOLE_PORT: String(around.ports.workerConsole),
      // A port that the gateway is to choose by itself is not known here.
      ...(around.ports.gatewayOps > 0 && {
        GATEWAY_OPS_URL: outer.GATEWAY_OPS_URL ?? `http://127.0.0.1:${around.ports.gatewayOps}`,
        PEER_KEY: peerKey,
      }),
    },
  };
}

/** Where the gateway is reached; it serves TLS itself when it is given a certificate. */
export function gatewayUrl(ports: Ports, outer: NodeJS.ProcessEnv): string {
  return `${outer.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${ports.gateway}`;
}

/** Where `packages/client/examples/serve.ts` serves. */
const EXAMPLE_ORIGIN = 'http://127.0.0.1:5173';
const ANY_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/**
 * What a queue that is not embedded needs beyond what services inherit (keys, session token, profile, SSO, role): a region where none is
 * set, which AWS's own host names, and credentials of any kind where SQS is a look-alike and nobody gave any.
 */
function outerAws(endpoint: string, outer: NodeJS.ProcessEnv): Record<string, string> {
  const region = awsRegion(endpoint);
  const given = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'].some((name) => outer[name]);
  return {
    AWS_REGION: outer.AWS_REGION || region || 'us-east-1',
    ...(given || region !== undefined ? {} : ANY_CREDENTIALS),
  };
}

/** The region of AWS's own SQS by its host, FIPS and dual stack too; undefined for any other host. */
function awsRegion(endpoint: string): string | undefined {
  return /^https?:\/\/sqs(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?:[:/]|$)/.exec(endpoint)?.[1];
}

/**
 * A service's own environment beside the outer one. Of the latter, nothing that would lead the AWS SDK elsewhere counts where the service
 * was given credentials that only a look-alike of SQS takes.
 */
export function withInherited(outer: NodeJS.ProcessEnv, own: Record<string, string>): NodeJS.ProcessEnv {
  const elsewhere = (name: string) => own.AWS_ACCESS_KEY_ID !== undefined && name.startsWith('AWS_');
  return { ...Object.fromEntries(Object.entries(outer).filter(([name]) => !elsewhere(name))), ...own };
}
