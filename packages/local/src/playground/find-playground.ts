import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHttpUrl } from '@postern/runtime/light';
import { Fault } from '../fault.ts';
import { repositoryRoot, serviceMains } from '../repository.ts';
import { onStopSignals } from '../stop-signals.ts';
import { Terminal } from '../terminal.ts';
import { Home, type PlaygroundState } from './home.ts';
import { freePorts, type PartName, partNames, readOptions } from './options.ts';
import { Playground } from './playground.ts';

export interface FoundPlayground {
  gateway: string;
  inbox: string;
  /** True when it was started only for this command. */
  own: boolean;
  state: PlaygroundState | undefined;
  stop(): Promise<void>;
}

function partUrl(variable: string, text: string): string {
  const { url, fault } = readHttpUrl(text, { path: false });
  if (url === undefined) throw new Fault(`${variable} has to be a URL such as http://127.0.0.1:3000: ${fault}.`);
  return url;
}

/**
 * What a command works against: the deployment that GATEWAY_URL and INBOX_URL name (containers, with Mailpit as the
 * inbox), else the playground that runs on POSTERN_HOME, else one of its own, on free ports and a folder that is
 * thrown away.
 *
 * @param parts what is started where none runs
 */
export async function findPlayground(
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  parts: readonly PartName[] = partNames,
): Promise<FoundPlayground> {
  const { GATEWAY_URL, INBOX_URL } = env;
  if (GATEWAY_URL || INBOX_URL) {
    if (!GATEWAY_URL || !INBOX_URL) throw new Fault('Set both GATEWAY_URL and INBOX_URL, or neither.');
    const [gateway, inbox] = [partUrl('GATEWAY_URL', GATEWAY_URL), partUrl('INBOX_URL', INBOX_URL)];
    return { gateway, inbox, own: false, state: undefined, stop: async () => undefined };
  }
  const running = new Home(readOptions({}, env, repositoryRoot).home).running();
  if (running?.urls.gateway && running.urls.inbox) {
    const { gateway, inbox } = running.urls;
    return { gateway, inbox, own: false, state: running, stop: async () => undefined };
  }
  const own = await startOwn(terminal, env, parts);
  onStopSignals(
    () => void own.stop().finally(() => process.exit(130)),
    () => process.exit(130),
    env,
  );
  return own;
}

/** What a person has beside the playground: another database, queue or mail server, and how one signs in there. */
const ELSEWHERE = /^(DATABASE_URL|SQS_ENDPOINT)(_FILE)?$|^SMTP_/;

/**
 * Starts a playground that leaves nothing behind. All its parts are its own, whatever the environment names: its worker, which has keys that are
 * made for it, would make dead letters of what waits on anybody's queue.
 */
export async function startOwn(
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  parts: readonly PartName[] = partNames,
): Promise<FoundPlayground> {
  const home = mkdtempSync(join(tmpdir(), 'postern-'));
  terminal.line(terminal.dim('Starting a playground for this …'));
  const kept = Object.entries(env).filter(([name]) => !ELSEWHERE.test(name));
  const ownEnv = { ...Object.fromEntries(kept), ...freePorts, POSTERN_HOME: home };
  const silent = new Terminal({ write: () => undefined }, {});
  const playground = new Playground(readOptions({ parts: new Set(parts) }, ownEnv, repositoryRoot), {
    terminal: silent,
    env: ownEnv,
    mains: serviceMains,
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= playground.stop().then(() => rmSync(home, { recursive: true, force: true }));
    return stopping;
  };
  try {
    await playground.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { gateway = '', inbox = '' } = playground.state.urls;
  return { gateway, inbox, own: true, state: playground.state, stop };
}
