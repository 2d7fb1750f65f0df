import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, UsageFault } from './fault.ts';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';
import type { Terminal } from './terminal.ts';

const benches: Record<string, { file: string; what: string }> = {
  queue: { file: 'packages/sqs/bench/main.ts', what: 'the SQS engine: messages a second, against other consumers' },
  http: { file: 'services/gateway/bench/main.ts', what: 'the HTTP gateway: requests a second' },
  hash: { file: 'services/gateway/bench/hash.ts', what: "a password hash: CPU and rate, beside Node's own" },
  mail: { file: 'services/worker/bench/main.ts', what: 'mails a second through the worker' },
  kills: { file: 'services/worker/bench/kills.ts', what: 'mails lost and doubled when workers are killed' },
};

/** Runs one of the benchmarks with the Node.js of this process; further arguments are the benchmark's own. */
export async function bench(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args;
  const chosen = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!chosen) {
    if (name !== '' && name !== '--help' && name !== '-h') {
      throw new UsageFault(`Unknown benchmark "${name}": expected one of ${Object.keys(benches).join(', ')}.`);
    }
    terminal.line('Usage: npx -y pnpm@12 bench <name> [arguments of the benchmark]');
    terminal.line();
    for (const [key, { what }] of Object.entries(benches)) terminal.line(`  ${key.padEnd(6)} ${what}`);
    return 0;
  }
  const file = join(repositoryRoot, chosen.file);
  if (!existsSync(file)) throw new Fault(`${chosen.file} is missing in this checkout.`);
  return runChild(process.execPath, [file, ...rest], { cwd: repositoryRoot });
}
