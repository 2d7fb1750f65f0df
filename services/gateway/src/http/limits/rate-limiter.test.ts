import { describe, expect, it } from 'vitest';
import { rateLimitHeaders } from './rate-limiter.ts';

describe('the RateLimit headers', () => {
  it('have an item for each limit, with whole seconds rounded up', () => {
    const limits = [
      { name: 'a', per: 'address', max: 5, windowSeconds: 60 },
      { name: 'b', per: 'everyone', max: 2, windowSeconds: 3_600 },
    ] as const;
    const counts = [
      { hits: 2, resetsAt: 30_001 },
      { hits: 9, resetsAt: 0 },
    ];
    expect(rateLimitHeaders(limits, counts, 0)).toEqual({
      'ratelimit-policy': '"a";q=5;w=60, "b";q=2;w=3600',
      ratelimit: '"a";r=3;t=31, "b";r=0;t=0',
    });
  });
});
