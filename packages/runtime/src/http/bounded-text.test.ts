import { expect, it } from 'vitest';
import { boundedText } from './bounded-text.ts';

/** An answer of so many chunks of a thousand bytes, and whether its reader has ended it. */
function answer(chunks: number) {
  const state = { sent: 0, ended: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (state.sent === chunks) return controller.close();
      state.sent += 1;
      controller.enqueue(new TextEncoder().encode(`${'x'.repeat(998)}é`));
    },
    cancel() {
      state.ended = true;
    },
  });
  return { state, response: new Response(body) };
}

it('an answer of up to the bound is read whole', async () => {
  expect(await boundedText(answer(3).response, 3_000)).toBe(`${'x'.repeat(998)}é`.repeat(3));
  expect(await boundedText(new Response(null), 10)).toBe('');
});

it('an answer without an end is ended at the bound', async () => {
  const { state, response } = answer(Number.POSITIVE_INFINITY);
  await expect(boundedText(response, 10_000)).rejects.toThrow('longer than 10000 bytes');
  expect(state.ended).toBe(true);
  expect(state.sent).toBeLessThan(20);
});
