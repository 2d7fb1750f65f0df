import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerModule } from 'inversify';

const SOURCES = join(import.meta.dirname, '../../src');

/**
 * Every capability that there are sources of, whether or not capabilities.ts has its line: tests of one that a product has taken out test
 * what is left in the repository, and go with it when that does.
 */
export const everyModule: readonly ContainerModule[] = (
  await Promise.all(
    globSync('**/*.module.ts', { cwd: SOURCES })
      .sort()
      .map(async (file) => Object.values((await import(join(SOURCES, file))) as Record<string, ContainerModule>)),
  )
).flat();
