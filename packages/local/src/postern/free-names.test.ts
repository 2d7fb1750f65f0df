import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.ts';
import { ScratchRepository } from './testing/scratch-repository.ts';

const LISTS = {
  'services/gateway/migrations/index.ts': 'export const migrations = [\n];\n',
  'services/gateway/test/table-bounds.test.ts': 'const BOUNDS = {\n};\n',
  'docs/data.md': '## Tables\n\n| table |\n| `a` |\n',
  'packages/events/src/index.ts': "export { type QueueName } from './queues.ts';\n",
  'services/gateway/src/accounts/users/users.module.ts': '',
  'services/gateway/src/capabilities.ts': "export { usersModule } from './accounts/users/users.module.ts';\n",
  'services/gateway/src/accounts/administration/routes.ts':
    "defineRoute({\n  method: 'get',\n  path: '/v1/roles',\n  operationId: 'listRoles',\n});\n",
};

describe('a name is refused, and nothing is written,', () => {
  test.each<[why: string, kind: Kind, name: string, said: string]>([
    ['that is a word of JavaScript', 'module', 'class', '"class" is a word of JavaScript'],
    ['as a table too', 'migration', 'package', '"package" is a word of JavaScript'],
    ['as an operation too', 'endpoint', 'delete', '"delete" is a word of JavaScript'],
    ['that JavaScript has itself', 'module', 'map', 'Map, as it would be called in code, is something of JavaScript'],
    ['of two words that it has', 'event', 'type.error', 'TypeError, as it would be called in code, is something of'],
    ['that its file imports', 'module', 'clock', 'Clock, as it would be called in code, is imported there'],
    ['whose function its file imports', 'endpoint', 'bind', 'bindRoutes, as it would be called in code, is imported'],
    ['of what the package of events has', 'event', 'queue.name', 'packages/events/src/index.ts already has QueueName'],
    ['of a folder of the gateway', 'module', 'accounts', 'services/gateway/src/accounts is there already'],
    [
      'that a list has from elsewhere',
      'endpoint',
      'users',
      'services/gateway/src/capabilities.ts already has usersModule',
    ],
    ['that a list is called itself', 'migration', 'migrations', 'migrations/index.ts already has migrations'],
    [
      'of an operation by its path',
      'endpoint',
      'roles',
      'administration/routes.ts has the operation GET /v1/roles already',
    ],
    ['of an operation by its id', 'endpoint', 'list.roles', 'has the operation listRoles already'],
    ['of what Node.js is set up by', 'variable', 'NODE_ENV', 'No variable can be called NODE_ENV'],
  ])('%s: make:%s %s', (_why, kind, name, said) => {
    using scratch = new ScratchRepository(LISTS);
    const before = scratch.files();
    expect(() => scratch.make(kind, name)).toThrow(said);
    expect(scratch.files()).toEqual(before);
  });

  test('also where what is wrong is found in the last of its lists', () => {
    using scratch = new ScratchRepository({ 'k6/journeys/own.ts': "export { orders } from './elsewhere.ts';\n" });
    const before = scratch.files();
    expect(() => scratch.make('endpoint', 'orders')).toThrow('k6/journeys/own.ts already has orders');
    expect(scratch.files()).toEqual(before);
  });
});
