import { journeyScaffold } from './journey-scaffold.ts';
import type { Names } from './names.ts';
import { exported, requested, type Scaffold } from './scaffold.ts';

/** A capability of the gateway: a class, its operation, and the module that binds both, with a test of the operation. */
export function moduleScaffolds(names: Names): Scaffold[] {
  const { file, pascal, camel } = names;
  const folder = `services/gateway/src/${file}`;
  return [
    {
      file: `${folder}/${file}.ts`,
      text: `import type { Clock } from '@postern/runtime';

/** Describe here what it does, and for whom. */
export class ${pascal} {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Describe here what it finds. */
  async of(userId: string): Promise<{ user_id: string; at: string }> {
    return { user_id: userId, at: this.#clock.now().toISOString() };
  }
}
`,
    },
    {
      file: `${folder}/${file}-routes.ts`,
      text: `import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { ${pascal} } from './${file}.ts';

export function ${camel}Routes(${camel}: ${pascal}): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/${file}',
      operationId: 'get${pascal}',
      summary: 'Describe the operation here',
      tags: ['${file}'],
      auth: 'user',
      responses: {
        200: {
          description: 'Describe the answer here.',
          schema: z.object({ user_id: z.guid(), at: z.iso.datetime() }),
          example: { user_id: '0197a1c2-0000-7000-8000-000000000001', at: '2026-01-31T10:00:00Z' },
        },
      },
      handle: async ({ principal }) => ({ status: 200, body: await ${camel}.of(principal.userId) }),
    }),
  ];
}
`,
      edits: [requested('GET', `/v1/${file}`)],
    },
    {
      file: `${folder}/${file}.module.ts`,
      text: `import { bindClass, Clock } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { bindRoutes } from '../http/bind-routes.ts';
import { ${pascal} } from './${file}.ts';
import { ${camel}Routes } from './${file}-routes.ts';

/** Without its line in capabilities.ts all of it is gone. */
export const ${camel}Module = new ContainerModule((module) => {
  bindClass(module, ${pascal}, ${pascal}, [Clock]);
  bindRoutes(module, ${camel}Routes, [${pascal}]);
});
`,
      edits: [exported('services/gateway/src/capabilities.ts', `${camel}Module`, `${file}/${file}.module`)],
    },
    journeyScaffold(names, undefined, [`call('get${pascal}', 200, { token });`]),
    {
      file: `${folder}/${file}.test.ts`,
      text: `import { FakeClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import type { RouteRequest } from '../http/route.ts';
import { ${pascal} } from './${file}.ts';
import { ${camel}Routes } from './${file}-routes.ts';

it('answers who asks, and nobody else', async () => {
  const clock = new FakeClock();
  const [route] = ${camel}Routes(new ${pascal}(clock));
  expect(route?.auth).toBe('user');
  const userId = '0197a1c2-0000-7000-8000-000000000001';
  const request = { principal: { userId } } as RouteRequest;
  expect(await route?.handle(request)).toEqual({
    status: 200,
    body: { user_id: userId, at: clock.now().toISOString() },
  });
});
`,
    },
  ];
}
