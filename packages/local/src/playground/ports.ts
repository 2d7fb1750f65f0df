import { createServer } from 'node:net';
import { codeOf, Fault } from '../fault.ts';
import { type PortName, portVariables } from './options.ts';

/** What a person calls the part behind a port. */
const holders: Record<PortName, string> = {
  gateway: 'the gateway',
  gatewayOps: "the gateway's health and metrics",
  workerOps: "the worker's health and metrics",
  inbox: 'the inbox',
  smtp: 'SMTP',
  sqs: 'the queue',
};

/**
 * Finds out whether a port can be had, and which one it is when a free one is asked for.
 * Another process could take it before its part listens; that part then says so itself.
 */
export async function reservePort(name: PortName, port: number, host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, host, listening.resolve);
  try {
    await listening.promise;
  } catch (error) {
    throw portFault(name, port, error);
  }
  const address = server.address();
  const actual = address !== null && typeof address === 'object' ? address.port : port;
  await new Promise((resolve) => server.close(resolve));
  return actual;
}

/** Says which part could not have its port, why, and which variable moves it. */
export function portFault(name: PortName, port: number, error: unknown): Fault {
  const { variable } = portVariables[name];
  const code = codeOf(error);
  const why =
    code === 'EADDRINUSE'
      ? 'is in use by another program'
      : code === 'EACCES'
        ? 'may not be opened by this user'
        : `cannot be opened (${code ?? error})`;
  return new Fault(
    `Port ${port} for ${holders[name]} ${why}. Set ${variable} to another one, or to 0 for any free one.`,
  );
}
