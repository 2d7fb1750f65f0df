import { parseArgs } from 'node:util';
import { errorMessage, operatorName, UsageError } from '@postern/runtime';
import type { KeyOperations } from '../accounts/tokens/key-operations.ts';

/** Opens what the `keys` commands work with, and closes it after them. */
export type WithKeys = (work: (keys: KeyOperations) => Promise<void>) => Promise<void>;

/** The options of a command that changes something: its own, and `--by`. @throws UsageError */
export function parseWithBy(
  args: readonly string[],
  options: Record<string, { type: 'boolean' }> = {},
): Record<string, boolean | undefined> & { by: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, by: { type: 'string' } } });
    return { ...(values as Record<string, boolean>), by: (values.by as string | undefined) ?? operatorName() } as never;
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
}
