import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@postern/client/generator';
import { apiBreaks, Records, withoutProse } from '@postern/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modules } from '../src/modules.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { OpenApiContract } from './open-api-contract.ts';

const REQUESTS = join(import.meta.dirname, '../../../packages/client/examples/postern.http');

/** What the words of the description are is nobody's type. */
const withoutComments = (text: string) => text.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ');

/** A request of the file: `POST /v1/users/{id}/disable`, and its body. */
function operationOf(text: string): { name: string; body: string } {
  const [head = '', ...lines] = text
    .replace(/^###.*\n/, '')
    .trim()
    .split('\n');
  const [method, target = ''] = head.split(' ');
  const blank = lines.indexOf('');
  const body = blank === -1 ? '' : lines.slice(blank).join('\n').trim();
  return { name: `${method} ${target.replace('{{host}}', '').replaceAll('{{', '{').replaceAll('}}', '}')}`, body };
}

let gateway: TestGateway;
let contract: OpenApiContract;
beforeAll(async () => {
  // The product's own list: what it has taken out no client has.
  gateway = await TestGateway.start({ modules });
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
    const known = contract.operations.map(({ method, path }) => `${method} ${path}`);
    const written = readFileSync(REQUESTS, 'utf8');
    const kept = written
      .split(/^(?=###)/m)
      .filter((text, index) => index === 0 || known.includes(operationOf(text).name));
    if (!process.env.CI && kept.join('') !== written) {
      writeFileSync(REQUESTS, kept.join(''));
      console.log(`Operations are gone, and with them their requests in ${REQUESTS}: commit it.`);
    }
    const requests = readFileSync(REQUESTS, 'utf8')
      .split(/^(?=###)/m)
      .slice(1)
      .map(operationOf);
    expect(requests.map(({ name }) => name).sort()).toEqual(known.sort());
    for (const operation of contract.operations) {
      const { body } = requests.find(({ name }) => name === `${operation.method} ${operation.path}`) ?? {};
      if (!operation.document.requestBody) expect(body, operation.id).toBe('');
      else
        expect(contract.requestFaults(operation, 'application/json', JSON.parse(body ?? '')), operation.id).toEqual([]);
    }
  });
});
