import { ownPort, tryPort } from '@postern/runtime/light';
import { codeOf, Fault } from '../fault.ts';
import { type PartName, type PortName, type Ports, portDefinitions, portNames } from './options.ts';

/** Reserves the ports of the parts that are wanted and says which they are; the others stay as they were asked for. */
export async function reservePorts(asked: Ports, wants: (part: PartName) => boolean): Promise<Ports> {
  const names = portNames.filter((name) => wants(portDefinitions[name].part));
  const actual = await Promise.all(names.map(async (name) => [name, await reservePort(name, asked[name])] as const));
  return { ...asked, ...Object.fromEntries(actual) };
}

/** Finds out whether a port can be had. For 0 it is one that no other playground takes, either, before its part has opened it. */
async function reservePort(name: PortName, port: number, host = '127.0.0.1'): Promise<number> {
  if (port === 0) return ownPort();
  await tryPort(port, host).catch((error: unknown) => {
    throw portFault(name, port, error);
  });
  return port;
}

/** Says which part could not have its port, why, and which variable moves it. */
export function portFault(name: PortName, port: number, error: unknown): Fault {
  const { holder, variable } = portDefinitions[name];
  const code = codeOf(error);
  const why =
    code === 'EADDRINUSE'
      ? 'is in use by another program'
      : code === 'EACCES'
        ? 'may not be opened by this user'
        : `cannot be opened (${code ?? error})`;
  return new Fault(`Port ${port} for ${holder} ${why}. Set ${variable} to another one, or to 0 for any free one.`);
}
