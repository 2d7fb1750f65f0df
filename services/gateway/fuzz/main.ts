import { runCommandLine } from '@postern/runtime';
import { fuzzCommand } from './fuzz-command.ts';
import { Fuzzing } from './fuzzing.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  service: 'fuzz',
  version: '0.0.0',
  commands: [fuzzCommand(Fuzzing.run)],
});
