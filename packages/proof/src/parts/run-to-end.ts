import { execFile } from 'node:child_process';
import { bareEnvironment } from '@postern/runtime/testing';

export interface Ended {
  code: number;
  out: string;
  /** What it wrote to standard error. */
  complaints: string;
}

const OUTPUT_BYTES = 64 * 2 ** 20;

/** Runs a command of a service, and kills it after `withinMs`. */
export function runToEnd(
  main: string,
  args: readonly string[],
  env: Record<string, string>,
  withinMs = 120_000,
): Promise<Ended> {
  const options = { env: { ...bareEnvironment(), ...env }, timeout: withinMs, maxBuffer: OUTPUT_BYTES };
  return new Promise((resolve) =>
    execFile(process.execPath, [main, ...args], options, (error, out, complaints) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, out, complaints });
    }),
  );
}
