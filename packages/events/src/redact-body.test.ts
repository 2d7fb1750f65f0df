import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob } from './define.ts';
import { redactBody } from './redact-body.ts';

const id = '01890000-0000-7000-8000-000000000001';
const envelope = (type: string, data: unknown) =>
  JSON.stringify({ specversion: '1.0', id, source: 'postern/gateway', type, time: '2026-01-01T10:00:00.000Z', data });

it('shows what a message says of itself, and ids and times of its data', () => {
  const shown = JSON.parse(
    redactBody(envelope('user.registered', { user_id: id, expires_at: '2026-01-02T10:00:00.000Z' })),
  );
  expect(shown).toMatchObject({ id, type: 'user.registered', source: 'postern/gateway', data: { user_id: id } });
  expect(shown.data.expires_at).toBe('2026-01-02T10:00:00.000Z');
});

it('hides every other text, in whatever field and depth, and also where the data breaks its schema', () => {
  const data = { user_id: 'ann@example.com', email: 'ann@example.com', more: [{ first_name: 'Ann Example' }] };
  const shown = redactBody(envelope('user.registered', data));
  expect(shown).not.toMatch(/ann|example/i);
  expect(JSON.parse(shown).data.email).toBe('(hidden: 15 characters)');
});

it('shows values that the schema lists, and no others in their place', () => {
  const Prune = defineJob('rows.prune', 1, z.object({ what: z.enum(['mails', 'jobs']) }));
  expect(redactBody(envelope('rows.prune', { what: 'mails' }), [Prune])).toContain('"what": "mails"');
  expect(redactBody(envelope('rows.prune', { what: 'ann@example.com' }), [Prune])).not.toContain('ann');
  expect(redactBody(envelope('rows.prune', { what: 'mails' }))).not.toContain('mails');
});

it('hides the texts of what it does not know, and names that are not names', () => {
  const shown = redactBody(
    JSON.stringify({ type: 'Notification', Message: 'to ann@example.com', 'ann@example.com': 1 }),
  );
  expect(shown).not.toMatch(/ann|Notification/);
  expect(redactBody('{"email": "ann@example.com"')).toBe('Not JSON: 27 bytes, hidden.');
});

it('shows what is nested without end as far as it goes, and no further', () => {
  const deep = `${'['.repeat(100_000)}"ann@example.com"${']'.repeat(100_000)}`;
  for (const body of [deep, `{"type":"user.registered","data":${deep}}`]) {
    const shown = redactBody(body);
    expect(shown).toContain('levels deep');
    expect(shown).not.toContain('ann');
  }
});
