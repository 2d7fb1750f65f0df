import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvent, defineJob, type MessageDefinition } from '@postern/events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Terminal } from '../terminal.ts';
import { apiBreaks, withoutProse } from './api-contract.ts';
import { messageBreaks, recordOf } from './message-contracts.ts';
import { record as recordAll } from './record.ts';
import { Records } from './records.ts';
import { releasedMessages } from './released-messages.ts';

describe('the catalog', () => {
  const recorded = new Records().messages();

  it('breaks no message that was released; `postern contracts:record` records a release', async () => {
    expect(messageBreaks(recorded, await releasedMessages())).toEqual([]);
  });

  it('has data of every recorded version, which is read above', () => {
    expect(recorded.length).toBeGreaterThan(20);
    expect(recorded.filter(({ payloads }) => payloads.length === 0)).toEqual([]);
  });
});

const data = z.object({ order_id: z.uuid(), email: z.email() });
const Shipped = defineEvent('order.shipped', 1, data);
const record = recordOf(Shipped);
const wordsOf = (...catalog: MessageDefinition[]) => messageBreaks([record], catalog).join('\n');

describe('a released message', () => {
  it('is recorded with its schema and valid data, which stays what it was', () => {
    expect(record).toMatchObject({ type: 'order.shipped', version: 1, kind: 'event', queue: 'events' });
    const payload = { order_id: '0197a1c2-0000-7000-8000-000000000001', email: 'ann@example.com' };
    expect(record.payloads).toEqual([payload]);
    expect(recordOf(Shipped, { ...record, payloads: [{ ...payload, email: 'bob@example.com' }] }).payloads).toEqual([
      { ...payload, email: 'bob@example.com' },
    ]);
    expect(wordsOf(Shipped)).toBe('');
  });

  it('that changes in a breaking way is named with what broke and how to version it', () => {
    const words = wordsOf(defineEvent('order.shipped', 1, data.extend({ at: z.iso.datetime() }).omit({ email: true })));
    expect(words).toContain('order.shipped, version 1 (packages/events/contracts/order.shipped.v1.json):');
    expect(words).toContain('  - /email is gone, and older readers expect it');
    expect(words).toContain('  - /at is required now, and what was written before may lack it');
    expect(words).toContain('  - payload 0 cannot be read any more: invalid data of order.shipped: /at');
    expect(words).toContain("defineEvent('order.shipped', 2, schema, { upcasts: { 1: (data) => … } })");
  });

  it('that is raised to a version which reads the old one breaks nobody', () => {
    const upcasts = { 1: (old: unknown) => ({ ...(old as object), at: '2026-01-01T00:00:00Z' }) };
    const next = data.extend({ at: z.iso.datetime() });
    expect(wordsOf(defineEvent('order.shipped', 2, next, { upcasts }))).toBe('');
    const broken = wordsOf(defineEvent('order.shipped', 2, next, { upcasts: { 1: (old) => old } }));
    expect(broken).toContain('payload 0 cannot be read any more');
    expect(broken).toContain('Fix `upcasts[1]`');
  });

  it('that is gone, lowered, of another kind or on another queue is named', () => {
    expect(wordsOf()).toContain('no longer in the catalog');
    const second = defineEvent('order.shipped', 2, data, { upcasts: { 1: (old) => old } });
    expect(messageBreaks([recordOf(second)], [Shipped]).join()).toContain('the catalog has version 1');
    expect(wordsOf(defineJob('order.shipped', 1, data))).toContain('was recorded as event, and is job');
    expect(wordsOf(defineJob('order.shipped', 1, data, { queue: 'mail' }))).toContain('goes over mail');
  });

  it('that was never recorded is free', () => {
    expect(messageBreaks([], [Shipped])).toEqual([]);
  });
});

describe('a released operation', () => {
  const schema = { type: 'object', properties: { id: { type: 'string', description: 'x' } }, required: ['id'] };
  const json = (of: object) => ({ content: { 'application/json': { schema: of } } });
  const operation = {
    parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
    requestBody: { required: true, ...json({ $ref: '#/components/schemas/Order' }) },
    responses: { 201: { description: 'made', ...json({ $ref: '#/components/schemas/Order' }) } },
  };
  const api = (change: object = {}, order: object = schema, path = '/v1/orders') => ({
    paths: { [path]: { post: { ...operation, ...change } } },
    components: { schemas: { Order: order } },
  });
  const wordsOfApi = (now: object) => apiBreaks(withoutProse(api()), withoutProse(now)).join('\n');

  it('is recorded without what is for people to read', () => {
    expect(JSON.stringify(withoutProse(api()))).not.toContain('description');
    expect(withoutProse({ properties: { title: { type: 'string' } } })).toEqual({
      properties: { title: { type: 'string' } },
    });
    expect(wordsOfApi(api())).toBe('');
  });

  it('is recorded in an order of its own, so that what moved in the code is not a change', () => {
    const root = mkdtempSync(join(tmpdir(), 'postern-records-'));
    const write = (document: object) => readFileSync(join(root, new Records(root).writeApi(document)), 'utf8');
    const one = write({ paths: { '/b': { tags: ['z', 'a'], get: {} }, '/a': {} }, components: {} });
    expect(write({ components: {}, paths: { '/a': {}, '/b': { get: {}, tags: ['z', 'a'] } } })).toBe(one);
    expect(one.indexOf('"components"')).toBeLessThan(one.indexOf('"/a"'));
    expect(JSON.parse(one).paths['/b'].tags).toEqual(['z', 'a']);
    rmSync(root, { recursive: true });
  });

  it('that is recorded for the first time is listed, as a new message is', () => {
    const root = mkdtempSync(join(tmpdir(), 'postern-records-'));
    mkdirSync(join(root, 'packages/events/contracts'), { recursive: true });
    const said = (...catalog: MessageDefinition[]) => {
      const lines: string[] = [];
      const terminal = new Terminal({ write: (text: string) => lines.push(text.trim()) > 0 }, {});
      recordAll(new Records(root), catalog, api(), { breaking: false, terminal });
      return lines;
    };
    const file = 'services/gateway/contracts/openapi.json';
    expect(said(Shipped)).toEqual(['+ packages/events/contracts/order.shipped.v1.json', '+ POST /v1/orders', file]);
    expect(said(Shipped)).toEqual([file]);
    rmSync(root, { recursive: true });
  });

  it.each<[string, object, string]>([
    ['is gone', api({}, schema, '/v2/orders'), 'POST /v1/orders is gone'],
    ['asks for a token', api({ security: [{ bearer: [] }] }), 'asks for a token now'],
    ['has lost a parameter', api({ parameters: [] }), 'has no parameter limit any more'],
    [
      'asks for a parameter',
      api({ parameters: [...operation.parameters, { name: 'of', in: 'query', required: true, schema: {} }] }),
      'asks for the parameter of',
    ],
    [
      'accepts less of a parameter',
      api({ parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 50 } }] }),
      'parameter limit: the data is narrower: maximum was 100 and is 50',
    ],
    [
      'answers with another status',
      api({ responses: { 200: operation.responses[201] } }),
      'never answers 201 any more',
    ],
    [
      'asks for a field',
      api({}, { ...schema, properties: { ...schema.properties, at: {} }, required: ['id', 'at'] }),
      'request: /at is required now',
    ],
    ['answers without a field', api({}, { type: 'object', properties: {} }), '201: /id is gone'],
  ])('that %s is named', (_what, now, expected) => {
    expect(wordsOfApi(now)).toContain(expected);
  });

  it('that breaks comes with what to do', () => {
    expect(wordsOfApi(api({ parameters: [] }))).toContain('an operation under /v2');
  });

  it('that accepts and answers more breaks nobody', () => {
    expect(wordsOfApi(api({}, { ...schema, properties: { ...schema.properties, note: { type: 'string' } } }))).toBe('');
  });
});
