import { tryPort } from '../http/try-port.ts';
import { type Check, failure, ok } from './finding.ts';

interface Listening {
  variable: string;
  host: string;
  port: number;
}

/** Whether the ports are free, or the service itself has them: its ops port, which comes last, answers then. */
export function portsCheck(service: string, ports: readonly [...Listening[], Listening]): Check {
  return {
    subject: 'ports',
    run: async () => {
      const runs = await answers(ports.at(-1) as Listening);
      return Promise.all(
        ports.map(async ({ variable, host, port }) => {
          const subject = `port ${port}`;
          const fault = await tryPort(port, host).then(
            () => undefined,
            (error: NodeJS.ErrnoException) => String(error.code),
          );
          if (fault === undefined) return ok(subject, 'free');
          if (fault === 'EADDRINUSE' && runs) return ok(subject, `the ${service} that runs here has it`);
          const what = fault === 'EADDRINUSE' ? 'another program has it' : `cannot be listened on (${fault})`;
          return failure(subject, what, `stop what uses it, or set ${variable} (and its host) to another`);
        }),
      );
    },
  };
}

async function answers({ host, port }: Listening): Promise<boolean> {
  const at = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  try {
    const response = await fetch(`http://${at}:${port}/health/live`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.headers.get('content-type')?.includes('json') === true;
  } catch {
    // Nobody there, or somebody who does not speak HTTP.
    return false;
  }
}
