import { expect, it } from 'vitest';
import { keepSpans } from '../testing/keep-spans.ts';
import { beginSpan, currentTraceparent, isTracing, traced } from './span.ts';

it('a tracer that another copy of the API has registered gets the spans', async () => {
  expect(isTracing()).toBe(false);
  {
    using spans = keepSpans();
    expect(isTracing()).toBe(true);
    await traced('outer', {}, async () => {
      expect(currentTraceparent('as given')).toMatch(/^00-/);
      beginSpan('inner', { kind: 'client' })?.end();
    });
    const [inner, outer] = spans.all;
    expect(inner).toMatchObject({ name: 'inner', kind: 2, parentSpanId: outer?.spanId });
  }
  expect(isTracing()).toBe(false);
});

it('a parent that is named counts, whatever runs', async () => {
  using spans = keepSpans();
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await traced('running', {}, async () => beginSpan('message', { parent })?.end());
  expect(spans.all[0]).toMatchObject({
    name: 'message',
    traceId: parent.slice(3, 35),
    parentSpanId: parent.slice(36, 52),
  });
});
