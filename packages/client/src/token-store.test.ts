import { describe, expect, it } from 'vitest';
import { webTokens } from './token-store.ts';

function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  };
}

const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: 1 };

describe('webTokens', () => {
  it('gives back what it was given, to every store over the same storage, until it is asked to forget', () => {
    const shared = storage();
    webTokens(shared).write(tokens);
    expect(webTokens(shared).read()).toEqual(tokens);
    webTokens(shared).write(undefined);
    expect(webTokens(shared).read()).toBeUndefined();
  });

  it.each(['', '{', 'null', '1', '{"accessToken":"a"}'])('takes %j for nobody', (text) => {
    const damaged = storage();
    damaged.setItem('postern-tokens', text);
    expect(webTokens(damaged).read()).toBeUndefined();
  });
});
