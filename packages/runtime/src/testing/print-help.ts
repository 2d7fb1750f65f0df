/**
 * Prints what a program does and ends it where its arguments ask for that. Called before anything is opened, filled or started: a benchmark
 * that runs for minutes is not what somebody wants who asks for help.
 */
export function printHelp(help: string, args: readonly string[] = process.argv.slice(2)): void {
  if (!args.includes('--help') && !args.includes('-h')) return;
  process.stdout.write(help);
  process.exit(0);
}
