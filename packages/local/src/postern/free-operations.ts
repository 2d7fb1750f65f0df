import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';

const GATEWAY = 'services/gateway/src';

/**
 * Looks at the operations of a generated file.
 *
 * @throws Fault for one whose path, or id, an operation of the gateway has already
 */
export function requireFreeOperations(text: string, root: string): void {
  const made = operationsOf(text);
  if (made.length === 0) return;
  for (const file of sourcesIn(root)) {
    const there = operationsOf(readFileSync(join(root, file), 'utf8'));
    const taken = made.find((each) => there.includes(each));
    if (taken) throw new Fault(`${file} has the operation ${taken} already; nothing was written. Choose another name.`);
  }
}

/** `GET /v1/users/:id`, and `getUserById`. */
function operationsOf(text: string): string[] {
  return [
    ...[...text.matchAll(/\bmethod: '(\w+)',\s*path: '([^']+)'/g)].map(
      ([, method = '', path]) => `${method.toUpperCase()} ${path}`,
    ),
    ...[...text.matchAll(/\boperationId: '(\w+)'/g)].map(([, id = '']) => id),
  ];
}

function sourcesIn(root: string): string[] {
  return readdirSync(join(root, GATEWAY), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `${GATEWAY}/${name}`);
}
