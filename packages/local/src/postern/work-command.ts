import { QUEUES } from '@postern/events';
import { type Command, defineCommand, option } from '@postern/runtime/light';
import { z } from 'zod';
import { Fault } from '../fault.ts';
import { withInherited } from '../playground/environment.ts';
import { Home, isAlive } from '../playground/home.ts';
import { logPrinter } from '../playground/log-lines.ts';
import { readOptions } from '../playground/options.ts';
import { Service } from '../playground/service.ts';
import { repositoryRoot, serviceMains } from '../repository.ts';
import { onStopSignals } from '../stop-signals.ts';
import type { Terminal } from '../terminal.ts';

/** As long as the playground leaves its own services. */
const DRAIN_MS = 2_300;
const WATCH_MS = 500;
const EXPECTED = `expected names from ${QUEUES.join(', ')}, with commas`;

const queue = option(
  'NAMES',
  "what it consumes, with commas (default: what the playground's own does)",
  z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(QUEUES, EXPECTED)).min(1, EXPECTED))
    .optional(),
);

/** One more worker: what replicas share or do once can be watched on one machine. */
export function workCommand(terminal: Terminal, env: NodeJS.ProcessEnv): Command {
  return defineCommand({
    ...{ name: 'work', json: false, input: { queue }, examples: ['work', 'work --queue jobs'] },
    summary: "Runs one more worker beside the running playground's own, until Ctrl-C",
    about: `Both have one database and the same queues, so that they share rates and what waits, and each schedule fires once; \`worker status\`
shows both. It has no console, a free port for its metrics, and is not started again when a file is saved.`,
    run: ({ queue: queues }) => work(queues, { terminal, env }),
  });
}

async function work(
  queues: readonly string[] | undefined,
  { terminal, env }: { terminal: Terminal; env: NodeJS.ProcessEnv },
): Promise<number> {
  const { home: path, logFormat } = readOptions({}, env, repositoryRoot);
  const home = new Home(path);
  const running = home.running();
  if (!running?.env.worker.DATABASE_URL) {
    throw new Fault(
      `No playground runs on ${path}, beside whose worker this one could run: begin with npx -y pnpm@12 dev.`,
    );
  }
  const settings = { ...running.env.worker, WORKER_OPS_PORT: '0', ...(queues && { WORKER_QUEUES: queues.join(',') }) };
  const { WORKER_CONSOLE_PORT: _, ...own } = withInherited(env, settings);
  const service = new Service({
    ...{ name: 'worker', main: serviceMains.worker, logFile: home.file('logs/work.log') },
    env: own,
    onLine: logPrinter(terminal, 'worker', { verbose: true, raw: logFormat === 'json' }),
  });
  let asked = false;
  const stop = () => {
    asked = true;
    void service.stop(DRAIN_MS);
  };
  onStopSignals(stop, () => service.signal('SIGKILL'), env);
  // Its queues and its inbox end with it.
  const watch = setInterval(() => {
    if (!asked && !isAlive(running.pid)) stop();
  }, WATCH_MS);
  const ready = service.ready.then(() => terminal.line('One more worker runs; Ctrl-C stops it.'));
  // Its end says why there was none.
  ready.catch(() => undefined);
  const exit = await service.exited;
  clearInterval(watch);
  if (asked) return 0;
  terminal.error(service.describeExit(exit));
  return 1;
}
