import { expect, it } from 'vitest';
import { describeTypes } from '../generator/describe-types.ts';

const gift = { type: 'boolean', default: false };
const document = {
  openapi: '3.1.0',
  info: { title: 'A gateway', version: '1' },
  tags: [],
  paths: {},
  components: {
    schemas: {
      Problem: { type: 'object' },
      OrderRequest: { type: 'object', properties: { gift, title: { type: 'string' } }, required: ['title'] },
      Order: { type: 'object', properties: { gift, title: { type: 'string' } }, required: ['gift', 'title'] },
    },
  },
};

it('a field with a default may be left out of a request, and is always in an answer', async () => {
  const types = (await describeTypes(document)).replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ');
  expect(types).toContain('OrderRequest: { gift?: boolean; title: string; }');
  expect(types).toContain('Order: { gift: boolean; title: string; }');
});
