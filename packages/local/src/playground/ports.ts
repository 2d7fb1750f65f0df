import { tryPort } from '@postern/runtime';
import { ownPort } from '@postern/runtime/testing';
import { codeOf, Fault } from '../fault.ts';
import { type PartName, type PortName, type Ports, portVariables } from './options.ts';

/** What a person calls the part behind a port. */
const holders: Record<PortName, string> = {
  gateway: 'the gateway',
  gatewayOps: "the gateway's health and metrics",
  workerOps: "the worker's health and metrics",
  workerConsole: "the operators' console",
  inbox: 'the inbox',
  smtp: 'SMTP',
  sqs: 'the queue',
};

/** Whose part opens which port. */
const users: Record<PortName, PartName> = {
  gateway: 'gateway',
  gatewayOps: 'gateway',
  workerOps: 'worker',
  workerConsole: 'worker',
  inbox: 'inbox',
  smtp: 'inbox',
  sqs: 'sqs',
};

/** Reserves the ports of the parts that are wanted and says which they are; the others stay as they were asked for. */
export async function reservePorts(asked: Ports, wants: (part: PartName) => boolean): Promise<Ports> {
  const names = (Object.keys(users) as PortName[]).filter((name) => wants(users[name]));
  const actual = await Promise.all(names.map(async (name) => [name, await reservePort(name, asked[name])] as const));
  return { ...asked, ...Object.fromEntries(actual) };
}

/** Finds out whether a port can be had. For 0 it is one that no other playground takes, either, before its part has opened it. */
export async function reservePort(name: PortName, port: number, host = '127.0.0.1'): Promise<number> {
  if (port === 0) return ownPort();
  await tryPort(port, host).catch((error: unknown) => {
    throw portFault(name, port, error);
  });
  return port;
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
