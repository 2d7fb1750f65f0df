import type { Clock } from '@postern/runtime';
import type { Operation } from './operation-row.ts';
import type { Operations } from './operations.ts';

const LOOK_MS = 500;

/**
 * Looks at an operation until it is over or waits for an operator, and reports each change.
 *
 * @throws Error when it is there no more
 */
export async function followOperation(
  operations: Operations,
  id: string,
  { clock, onProgress }: { clock: Clock; onProgress: (operation: Operation) => void },
): Promise<Operation> {
  let shown = '';
  for (;;) {
    const operation = await operations.find(id);
    if (!operation) throw new Error(`there is no operation ${id} any more`);
    if (operation.endedAt || operation.state === 'stopped') return operation;
    const now = `${operation.state} ${operation.done}`;
    if (now !== shown) onProgress(operation);
    shown = now;
    await clock.sleep(LOOK_MS);
  }
}
