import { endpointModule } from './endpoint-scaffolds.ts';
import type { Names } from './names.ts';
import { requested, type Scaffold } from './scaffold.ts';

/** Apart, as it is what the written file imports, and not this one. */
const testing = '@postern/events/testing';

/** An operation that dispatches an event about whoever is signed in, with a test that it does. */
export function eventEndpointScaffolds(names: Names, event: Names): Scaffold[] {
  const { type, file, camel } = names;
  const [subject = ''] = type.split('.');
  const folder = `services/gateway/src/${file}`;
  const path = `/v1/${type.replaceAll('_', '-').replaceAll('.', '/')}`;
  return [
    {
      file: `${folder}/${file}-routes.ts`,
      text: `import { ${event.pascal} } from '@postern/events';
import { z } from 'zod';
import type { UserStore } from '../accounts/users/user-store.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Events } from '../outbox/event-publisher.ts';

export function ${camel}Routes(users: UserStore, events: Events): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '${path}',
      operationId: '${camel}',
      summary: 'Describe the operation here',
      tags: ['${subject}'],
      auth: 'user',
      idempotent: true,
      responses: {
        200: {
          description: 'Describe the answer here.',
          schema: z.object({ user_id: z.guid() }),
          example: { user_id: '0197a1c2-0000-7000-8000-000000000001' },
        },
      },
      handle: ({ principal, transaction, context: { traceparent } }) =>
        transaction(async (tx) => {
          const user = await users.byId(tx, principal.userId);
          if (!user) throw new Error('whoever is signed in has an account');
          const person = { user_id: user.id, email: user.email, first_name: user.firstName, locale: user.locale };
          await events.dispatch(tx, ${event.pascal}, person, { traceparent });
          return { status: 200, body: { user_id: user.id } };
        }),
    }),
  ];
}
`,
    },
    {
      file: `${folder}/${file}-routes.test.ts`,
      text: `import { ${event.pascal} } from '@postern/events';
import { FakeEvents } from '${testing}';
import { expect, it } from 'vitest';
import type { UserStore } from '../accounts/users/user-store.ts';
import type { RouteRequest } from '../http/route.ts';
import { ${camel}Routes } from './${file}-routes.ts';

it('dispatches the event, with the person who is signed in', async () => {
  const id = '0197a1c2-0000-7000-8000-000000000001';
  const user = { id, email: 'ann@example.com', firstName: 'Ann', locale: 'en' };
  const fakeEvents = new FakeEvents();
  const [route] = ${camel}Routes({ byId: async () => user } as unknown as UserStore, fakeEvents);
  expect(route?.auth).toBe('user');
  const transaction = (work: (tx: object) => unknown) => work({});
  await route?.handle({ principal: { userId: id }, context: {}, transaction } as unknown as RouteRequest);
  fakeEvents.expectDispatched(${event.pascal}, ({ data }) => data.email === user.email);
});
`,
      edits: [requested('POST', path)],
    },
    endpointModule(names, [
      { token: 'UserStore', from: '../accounts/users/user-store.ts' },
      { token: 'EventPublisher', from: '../outbox/event-publisher.ts' },
    ]),
  ];
}
