import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';
import { runNamed } from './run-named.ts';

const FILES: Record<string, string> = {
  queue: 'packages/sqs/bench/main.ts',
  http: 'services/gateway/bench/main.ts',
  hash: 'services/gateway/bench/hash.ts',
  mail: 'services/worker/bench/main.ts',
  kills: 'services/worker/bench/kills.ts',
};

const SUMMARIES = {
  queue: 'The SQS engine: messages a second, against other consumers',
  http: 'The HTTP gateway: requests a second',
  hash: "A password hash: CPU and rate, beside Node's own",
  mail: 'Mails a second through the worker',
  kills: 'Mails lost and doubled when workers are killed',
};

/** Runs one of the benchmarks with the Node.js of this process; further arguments are the benchmark's own. */
export function bench(args: readonly string[]): Promise<number> {
  return runNamed(args, 'bench', SUMMARIES, (name, rest) =>
    runChild(process.execPath, [join(repositoryRoot, FILES[name] as string), ...rest], { cwd: repositoryRoot }),
  );
}
