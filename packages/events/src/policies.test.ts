import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob } from './define.ts';

describe('the policies of a job', () => {
  it('are named together where they cannot be kept', () => {
    const define = () =>
      defineJob('avatar.resize', 1, z.object({}), {
        ...{ tries: 0, backoff: [-1, 60], timeout: 20, rate: { max: 0.5, seconds: 0 } },
        ...{ breaker: { failures: 0, seconds: 0.5 }, concurrency: 0 },
      });
    expect(define).toThrow(
      /^avatar\.resize: tries .* not 0; .*not -1, 60; timeout .* not 20; rate\.max .*; rate\.seconds .*; breaker\.failures .* not 0; breaker\.seconds .* not 0\.5; concurrency .* not 0$/,
    );
    expect(define).toThrow(TypeError);
  });

  it.each([
    { backoff: [] },
    { backoff: [43_201] },
    { backoff: { baseSeconds: 9, ceilingSeconds: 3 } },
    { tries: 2.5 },
    { concurrency: 1.5 },
  ])('refuse %j', (policies) => {
    expect(() => defineJob('avatar.resize', 1, z.object({}), policies)).toThrow(/^avatar\.resize: /);
  });

  it('are kept as they are, and its key is made of typed data', () => {
    const schema = z.object({ id: z.string() });
    const job = defineJob('avatar.resize', 1, schema, { tries: 3, timeout: 5, uniqueBy: ({ id }) => id });
    expect(job.policies).toEqual({ tries: 3, timeout: 5 });
    expect(job.uniqueBy?.({ id: '7' })).toBe('7');
  });
});
