import { gatewayUrl } from './environment.ts';
import type { PlaygroundState } from './home.ts';
import type { PartName, PlaygroundOptions, Ports } from './options.ts';

/** Where the parts that run are reached. */
export function playgroundUrls(
  ports: Ports,
  options: Pick<PlaygroundOptions, 'smtpUrl' | 'sqsEndpoint'>,
  wants: (part: PartName) => boolean,
  env: NodeJS.ProcessEnv,
): PlaygroundState['urls'] {
  const at = (part: PartName, port: number, scheme = 'http') =>
    wants(part) ? `${scheme}://127.0.0.1:${port}` : undefined;
  return defined({
    gateway: wants('gateway') ? gatewayUrl(ports, env) : undefined,
    gateway_ops: at('gateway', ports.gatewayOps),
    worker_ops: at('worker', ports.workerOps),
    console: at('worker', ports.workerConsole),
    inbox: at('inbox', ports.inbox),
    smtp: options.smtpUrl ? undefined : at('inbox', ports.smtp, 'smtp'),
    sqs: options.sqsEndpoint ?? at('sqs', ports.sqs),
  });
}

function defined(urls: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(urls).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
