import type { Clock } from '@postern/runtime';
import { MemoryPasswordCounts } from '../guessing/memory-password-counts.ts';
import { PasswordLimits } from '../guessing/password-limits.ts';
import { testConfig } from './fixtures.ts';

/** Production's limits, counted in memory. */
export function memoryPasswordLimits(clock: Clock): PasswordLimits {
  return new PasswordLimits(new MemoryPasswordCounts(), testConfig(), clock);
}
