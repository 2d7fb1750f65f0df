import { ConfigError, readHttpUrl } from '@postern/runtime';

/** What a `ses://` URL says. */
export interface SesSettings {
  /** Without it the SDK's own sources say it: AWS_REGION, the profile. */
  region: string | undefined;
  /** An endpoint that is not AWS's own, for tests. */
  endpoint: string | undefined;
  configurationSet: string | undefined;
  /** Mails at a time, and connections. */
  connections: number;
}

const CONNECTIONS = { initial: 10, max: 200 };
const KNOWN = ['configuration_set', 'connections', 'endpoint'];

/**
 * Reads `ses://eu-central-1?configuration_set=postern`. Credentials come from the AWS SDK's own chain.
 *
 * @param variable the environment variable's name, for the error
 * @throws ConfigError with every error; the URL is never part of it
 */
export function readSesUrl(url: URL, variable: string): SesSettings {
  const problems: string[] = [];
  const setting = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const connections = Number(setting('connections') ?? CONNECTIONS.initial);
  if (!Number.isInteger(connections) || connections < 1 || connections > CONNECTIONS.max) {
    problems.push(`${variable}: connections is a whole number from 1 to ${CONNECTIONS.max}`);
  }
  const endpoint = setting('endpoint');
  if (endpoint !== undefined) {
    const { fault } = readHttpUrl(endpoint, { path: true });
    if (fault !== undefined) problems.push(`${variable}: endpoint is a URL: ${fault}`);
  }
  if (url.username !== '') {
    problems.push(`${variable}: ses:// accepts no credentials; they come from AWS_ACCESS_KEY_ID, a profile or a role`);
  }
  for (const name of url.searchParams.keys()) {
    if (!KNOWN.includes(name)) problems.push(`${variable}: no setting "${name}"; there are ${KNOWN.join(', ')}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { region: url.hostname || undefined, endpoint, configurationSet: setting('configuration_set'), connections };
}
