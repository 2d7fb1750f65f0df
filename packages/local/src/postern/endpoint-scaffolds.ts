import { journeyScaffold } from './journey-scaffold.ts';
import { type Names, pathOf } from './names.ts';
import { exported, requested, type Scaffold } from './scaffold.ts';
import { quoted } from './source-text.ts';

/** An operation of the API that reads, in a capability of its own, with a test of its handler. */
export function endpointScaffolds(names: Names, said?: string): Scaffold[] {
  const about = said ?? 'Describe the operation here';
  const { type, file, camel } = names;
  const [subject = ''] = type.split('.');
  const folder = `services/gateway/src/${file}`;
  const path = pathOf(names);
  return [
    {
      file: `${folder}/${file}-routes.ts`,
      text: `import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';

export function ${camel}Routes(): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '${path}',
      operationId: '${camel}',
      summary: ${quoted(about)},
      tags: ['${subject}'],
      auth: 'user',
      responses: {
        200: {
          description: 'Describe the answer here.',
          schema: z.object({ user_id: z.guid() }),
          example: { user_id: '0197a1c2-0000-7000-8000-000000000001' },
        },
      },
      handle: async ({ principal }) => ({ status: 200, body: { user_id: principal.userId } }),
    }),
  ];
}
`,
    },
    {
      file: `${folder}/${file}-routes.test.ts`,
      text: `import { expect, it } from 'vitest';
import type { RouteRequest } from '../http/route.ts';
import { ${camel}Routes } from './${file}-routes.ts';

const [route] = ${camel}Routes();

it('answers who asks, and nobody else', async () => {
  expect(route?.auth).toBe('user');
  const userId = '0197a1c2-0000-7000-8000-000000000001';
  const request = { principal: { userId } } as RouteRequest;
  expect(await route?.handle(request)).toEqual({ status: 200, body: { user_id: userId } });
});
`,
      edits: [requested('GET', path, { about })],
    },
    journeyScaffold(names, said, [`call('${camel}', 200, { token });`]),
    endpointModule(names),
  ];
}

/** What an operation is given: a class, or with `as` a port that the module binds to it. */
export interface Given {
  token: string;
  from: string;
  as?: string;
}

/** What binds an operation, with what it is given, and the line that makes it part of the gateway. */
export function endpointModule({ file, camel }: Names, given: readonly Given[] = []): Scaffold {
  const ports = given.filter(({ as }) => as !== undefined);
  const runtime = ports.length > 0 ? ["import { bindClass, Clock } from '@postern/runtime';"] : [];
  const classes = ports.map(({ token, from, as }) => ({ token: as, from: from.replace('./', './sql-'), of: token }));
  const imports = [...given, ...classes, { token: 'bindRoutes', from: '../http/bind-routes.ts' }]
    .sort((one, other) => (one.from < other.from ? -1 : 1))
    .map(({ token, from }) => `import { ${token} } from '${from}';`);
  return {
    file: `services/gateway/src/${file}/${file}.module.ts`,
    text: `${runtime.map((line) => `${line}\n`).join('')}import { ContainerModule } from 'inversify';
${imports.join('\n')}
import { ${camel}Routes } from './${file}-routes.ts';

export const ${camel}Module = new ContainerModule((module) => {
${classes.map(({ token, of }) => `  bindClass(module, ${of}, ${token}, [Clock]);\n`).join('')}  bindRoutes(module, ${camel}Routes, [${given.map(({ token }) => token).join(', ')}]);
});
`,
    edits: [exported('services/gateway/src/capabilities.ts', `${camel}Module`, `${file}/${file}.module`)],
  };
}
