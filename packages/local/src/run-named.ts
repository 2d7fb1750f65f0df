import { type PassedOn, runCommandLine } from '@postern/runtime/light';
import manifest from '../package.json' with { type: 'json' };

/** Runs that of several programs which the first argument names, with the further arguments; without one it lists them. */
export async function runNamed(
  [...args]: readonly string[],
  service: string,
  summaries: Record<string, string>,
  run: (name: string, args: readonly string[]) => Promise<number>,
): Promise<number> {
  const commands = Object.entries(summaries).map(
    ([name, summary]): PassedOn => ({ name, summary, examples: [name], passOn: (rest) => run(name, rest) }),
  );
  const given = args.length === 0 ? ['--help'] : args;
  return (
    (await runCommandLine(given, { service: `npx -y pnpm@12 ${service}`, version: manifest.version, commands })) ?? 0
  );
}
