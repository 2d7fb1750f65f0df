import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { events, jobs } from './known.ts';

describe('the catalog', () => {
  it('knows events and jobs apart', () => {
    expect(events.map(({ type }) => type)).toContain('user.registered');
    expect(jobs.map(({ type }) => type)).toEqual(expect.arrayContaining(['mail.send']));
    expect(events.map(({ type }) => type)).not.toContain('mail.send');
    expect(jobs.map(({ type }) => type)).not.toContain('user.registered');
  });

  it('describes every message as JSON Schema', () => {
    for (const { schema } of [...events, ...jobs]) {
      expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object' });
    }
  });

  it('has no field for a secret', () => {
    const fields = [...events, ...jobs].flatMap(({ schema }) => Object.keys((schema as z.ZodObject).shape));
    expect(fields.filter((field) => /password|secret|^token$|hash/.test(field))).toEqual([]);
  });
});
