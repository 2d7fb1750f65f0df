import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { ReplyOf } from './reply.ts';
import { defineRoute } from './route.ts';

const person = z.strictObject({ id: z.uuid(), nick: z.string().nullable() });
const responses = {
  200: { description: 'A person.', schema: person },
  204: { description: 'Nothing.' },
  303: { description: 'Elsewhere.', contentType: 'text/html' },
} as const;
type Documented = ReplyOf<typeof responses>;

const base = {
  method: 'get',
  path: '/v1/person',
  operationId: 'getPerson',
  summary: '',
  tags: [],
  auth: 'none',
  responses,
} as const;

describe('a reply', () => {
  it('is of a status that the operation documents, with the body of that status', () => {
    expectTypeOf<{ status: 200; body: { id: string; nick: null } }>().toExtend<Documented>();
    expectTypeOf<{ status: 204 }>().toExtend<Documented>();
    expectTypeOf<{ status: 303; body: string; headers: { location: string } }>().toExtend<Documented>();
  });

  it('does not compile with another status, another body, or a body where none is documented', () => {
    expectTypeOf<{ status: 201; body: { id: string; nick: null } }>().not.toExtend<Documented>();
    expectTypeOf<{ status: 200; body: { id: string } }>().not.toExtend<Documented>();
    expectTypeOf<{ status: 200 }>().not.toExtend<Documented>();
    expectTypeOf<{ status: 204; body: { id: string } }>().not.toExtend<Documented>();
    expectTypeOf<{ status: 303; body: { id: string } }>().not.toExtend<Documented>();
  });

  it('has no cookies where it is kept for an Idempotency-Key, so that no session comes out of a repeat', () => {
    const post = { ...base, method: 'post' } as const;
    const signedIn = async () => ({ status: 204, cookies: ['session=1'] }) as const;
    defineRoute({ ...post, handle: signedIn });
    // @ts-expect-error the reply has cookies, and is kept
    defineRoute({ ...post, idempotent: true, handle: signedIn });
    // @ts-expect-error the same, within its transaction
    defineRoute({ ...post, idempotent: true, handle: ({ transaction }) => transaction(signedIn) });
  });

  it('is checked where a route is declared, inside its transaction too', () => {
    // @ts-expect-error a field of the body is missing
    defineRoute({ ...base, handle: async () => ({ status: 200, body: { id: '' } }) });
    // @ts-expect-error the status is not documented
    defineRoute({ ...base, handle: async () => ({ status: 410 }) });
    // @ts-expect-error a field is of another type
    defineRoute({ ...base, handle: ({ transaction }) => transaction(async () => ({ status: 200, body: { id: 1 } })) });
  });
});
