import { join } from 'node:path';

/** The environment that loads a bug before a service's own code. */
export function planted(plant: string | undefined): Record<string, string> {
  if (plant === undefined) return {};
  return { PROOF_PLANT: plant, NODE_OPTIONS: `--import ${join(import.meta.dirname, 'apply.ts')}` };
}
