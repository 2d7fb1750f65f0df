import { expect, it } from 'vitest';
import { z } from 'zod';
import { isDeclared } from './declared-path.ts';

const schema = z.strictObject({
  name: z.string().trim().optional(),
  tags: z.array(z.object({ label: z.string() })).default([]),
  sent: z.record(z.string(), z.string()).nullable(),
  either: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
  made: z.object({ from: z.string() }).transform(({ from }) => from),
});

it.each([[[]], [['name']], [['tags', 0, 'label']], [['sent']], [['either', 'b']], [['made', 'from']]])(
  'has names of the schema alone: %j',
  (path) => expect(isDeclared(schema, path)).toBe(true),
);

it.each([[['ann']], [['name', 'ann']], [['tags', 'ann']], [['sent', 'ann']], [['either', 'ann']], [['toString']]])(
  'has a name that was sent: %j',
  (path) => expect(isDeclared(schema, path)).toBe(false),
);
