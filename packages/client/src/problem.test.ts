import { expect, it } from 'vitest';
import { PosternProblem } from './problem.ts';

const json = { 'content-type': 'application/json' };

it.each(['{"title": "cut o', 'null', '"text"', '[]', '{"type": 7}', ''])(
  'an answer that somebody on the way calls JSON is of the kind unknown: %s',
  async (body) => {
    const problem = await PosternProblem.of(new Response(body, { status: 502, headers: json }));
    expect([problem.kind, problem.status]).toEqual(['unknown', 502]);
  },
);
