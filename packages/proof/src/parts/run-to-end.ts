import { execFile } from 'node:child_process';
import { bareEnvironment } from '@postern/runtime/testing';
import type { Program } from './replica.ts';

export interface Ended {
  code: number;
  out: string;
  /** What it wrote to standard error. */
  complaints: string;
}

const OUTPUT_BYTES = 64 * 2 ** 20;

const WITHIN_MS = 120_000;

/** Runs a command of a service; kills it when it takes two minutes, or before when `killed` says so. */
export function runToEnd(
  { main, execArgv, env }: Program,
  args: readonly string[],
  killed?: AbortSignal,
): Promise<Ended> {
  const options = {
    ...{ env: { ...bareEnvironment(), ...env }, timeout: WITHIN_MS, maxBuffer: OUTPUT_BYTES },
    ...{ killSignal: 'SIGKILL' as const, ...(killed && { signal: killed }) },
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [...execArgv, main, ...args], options, (error, out, complaints) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, out, complaints });
    }),
  );
}
