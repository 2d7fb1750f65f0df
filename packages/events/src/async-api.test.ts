import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { describeMessages } from './async-api.ts';
import { createEnvelope, defineSubscriber, sharedCopy, UserRegistered, UserRolesChanged } from './index.ts';
import { events, jobs } from './known.ts';

// biome-ignore lint/suspicious/noExplicitAny: the document is walked by paths that the test checks.
const document = describeMessages('1.2.3', [defineSubscriber('billing', [UserRolesChanged])]) as any;

it('the description of the messages is AsyncAPI 3.0, by its own schema', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, meta: false });
  formats.default(ajv);
  const validate = ajv.compile(asyncApiSchema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...document, info: {} })).toBe(false);
});

it('every message of the catalog is on the channel of its queue, and every reference leads somewhere', () => {
  for (const { type, queue } of [...events, ...jobs]) {
    const { $ref } = document.channels[queue].messages[type];
    expect($ref).toBe(`#/components/messages/${type}`);
    expect(document.components.messages[type].name).toBe(type);
  }
  for (const { channel } of Object.values<{ channel: { $ref: string } }>(document.operations)) {
    expect(Object.keys(document.channels)).toContain(channel.$ref.split('/').at(-1));
  }
});

it('a message of a service is what its description says', () => {
  const id = '0197a1c2-0000-7000-8000-000000000001';
  const person = { user_id: id, email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
  const data = { ...person, token_id: id, expires_at: '2026-01-01T00:00:00.000Z' };
  const envelope = { ...createEnvelope(UserRegistered, data, { source: 'postern/gateway' }), mac: 'g1.abc' };
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const matches = ajv.compile(document.components.messages['user.registered'].payload);
  expect([matches(envelope), matches.errors]).toEqual([true, null]);
  expect(matches({ ...envelope, data: { ...data, token_id: 7 } })).toBe(false);
});

it('what another team is sent is what the description of its queue says, and nothing more', () => {
  expect(document.operations['send-for-billing']).toMatchObject({ action: 'send' });
  expect(Object.keys(document.channels['for-billing'].messages)).toEqual(['shared.user.roles_changed']);
  const id = '0197a1c2-0000-7000-8000-000000000001';
  const data = { user_id: id, email: 'ann@example.com', first_name: 'Ann', locale: 'en', roles: ['user'] };
  const envelope = createEnvelope(UserRolesChanged, data, { source: 'postern/gateway' });
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const matches = ajv.compile(document.components.messages['shared.user.roles_changed'].payload);
  expect([matches(JSON.parse(sharedCopy(UserRolesChanged, envelope))), matches.errors]).toEqual([true, null]);
  expect(matches(envelope)).toBe(false);
});
