import { Records, withoutProse } from '@postern/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestGateway } from './accounts/test-gateway.ts';

// Not copied into new products, whose record is made when they release something.

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

it('the API is recorded as it is, so that the first record of a new product has its own changes alone; `postern contracts:record` records it', async () => {
  const { components, paths } = withoutProse(await (await fetch(`${gateway.url}/openapi.json`)).json());
  const recorded = new Records().api();
  expect(paths).toEqual(recorded.paths);
  expect(components).toEqual(recorded.components);
});
