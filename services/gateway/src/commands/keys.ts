import { parseArgs } from 'node:util';
import { errorMessage, operatorName, UsageError } from '@postern/runtime';
import type { KeyOperations } from '../accounts/tokens/key-operations.ts';

/** Opens what the `keys` commands work with, and closes it after them. */
export type WithKeys = (work: (keys: KeyOperations) => Promise<void>) => Promise<void>;

/** As many characters as the audit log has room for. */
const MOST = 100;

/** Who does it. @throws UsageError when the name is empty or too long for the audit log */
export function operator(by = operatorName()): string {
  if (by.trim() !== '' && by.length <= MOST) return by;
  throw new UsageError(`who does it (--by or OPERATOR_NAME) is a name of 1 to ${MOST} characters`);
}

/** The options of a command that changes something: its own, and `--by`. @throws UsageError */
export function parseWithBy(
  args: readonly string[],
  options: Record<string, { type: 'boolean' }> = {},
): Record<string, boolean | undefined> & { by: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, by: { type: 'string' } } });
    return { ...(values as Record<string, boolean>), by: operator(values.by as string | undefined) } as never;
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
}
