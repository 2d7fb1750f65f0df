import { expect, it } from 'vitest';
import { refresh } from './refresh.ts';

/** Three looks, then the interruption. */
async function shown(json: boolean) {
  const ending = new AbortController();
  let text = '';
  let looks = 0;
  const look = async () => {
    looks += 1;
    if (looks === 3) ending.abort();
    return { data: { looks }, lines: [`look ${looks}\u0007`] };
  };
  const write = async (part: string) => {
    text += part;
  };
  await refresh({ json, write }, 1, { look, signal: ending.signal });
  return text;
}

it('shows a page below the other where there is no terminal, until it is interrupted', async () => {
  expect(await shown(false)).toBe('look 1\\u0007\n\nlook 2\\u0007\n\nlook 3\\u0007\n\n');
});

it('writes one document a line for programs', async () => {
  expect(await shown(true)).toBe('{"looks":1}\n{"looks":2}\n{"looks":3}\n');
});
