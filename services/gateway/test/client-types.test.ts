import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@postern/client/generator';
import { apiBreaks, Records, withoutProse } from '@postern/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from './accounts/test-gateway.ts';
import { OpenApiContract } from './open-api-contract.ts';

const REQUESTS = join(import.meta.dirname, '../../../packages/client/examples/postern.http');

/** What the words of the description are is nobody's type. */
const withoutComments = (text: string) => text.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ');

let gateway: TestGateway;
let contract: OpenApiContract;
beforeAll(async () => {
  gateway = await TestGateway.start();
  contract = await OpenApiContract.of(gateway.url);
});
afterAll(() => gateway.close());

describe('the API', () => {
  it('breaks no client of what was released; `postern contracts:record` records a release', () => {
    expect(apiBreaks(new Records().api(), withoutProse(contract.document))).toEqual([]);
  });

  it('describes its events and jobs beside its operations', async () => {
    const answer = await fetch(`${gateway.url}/asyncapi.json`);
    expect([answer.status, ((await answer.json()) as { asyncapi: string }).asyncapi]).toEqual([200, '3.0.0']);
  });
});

describe('@postern/client', () => {
  // As snapshots are: a developer's run makes them, to be committed with what changed the API, and CI's only compares.
  it('has the types of the description that the gateway serves; where CI is not set they are made again', async () => {
    for (const [file, text] of Object.entries(await generate(contract.document))) {
      if (!process.env.CI && withoutComments(readFileSync(file, 'utf8')) !== withoutComments(text)) {
        writeFileSync(file, text);
        console.log(`The API has changed, and with it ${file}: commit it.`);
      }
      expect(withoutComments(readFileSync(file, 'utf8')) === withoutComments(text), file).toBe(true);
    }
  });

  it('has a file of requests with every operation, each of whose bodies is as described', () => {
    const requests = readFileSync(REQUESTS, 'utf8')
      .split(/^###.*$/m)
      .slice(1)
      .map((text) => {
        const [head = '', ...lines] = text.trim().split('\n');
        const [method, target = ''] = head.split(' ');
        const blank = lines.indexOf('');
        const body = blank === -1 ? '' : lines.slice(blank).join('\n').trim();
        return { method, path: target.replace('{{host}}', '').replaceAll('{{', '{').replaceAll('}}', '}'), body };
      });
    const found = requests.map(({ method, path }) => `${method} ${path}`).sort();
    expect(found).toEqual(contract.operations.map(({ method, path }) => `${method} ${path}`).sort());
    for (const operation of contract.operations) {
      const { body } =
        requests.find(({ method, path }) => method === operation.method && path === operation.path) ?? {};
      if (!operation.document.requestBody) expect(body, operation.id).toBe('');
      else
        expect(contract.requestFaults(operation, 'application/json', JSON.parse(body ?? '')), operation.id).toEqual([]);
    }
  });
});
