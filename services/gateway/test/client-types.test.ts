import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate, readDescription } from '@postern/client/generator';
import { apiBreaks, proseNaming, Records, withoutProse } from '@postern/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modules } from '../src/modules.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { expectMade } from './made-file.ts';
import { OpenApiContract } from './open-api-contract.ts';

const TABLE = join(import.meta.dirname, '../../../docs/api.md');
const ROWS = /(?<=^\| --- \| --- \|\n)(^\|.*\n)*/m;

/** What the words of the description are is nobody's type. */
const withoutComments = (text: string) => text.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ');

let gateway: TestGateway;
let contract: OpenApiContract;
beforeAll(async () => {
  // The product's own list: what it has taken out no client has.
  gateway = await TestGateway.start({ modules });
  contract = await OpenApiContract.of(gateway.url);
});
afterAll(() => gateway.close());

/** A row for each area, with its operations. */
function areas(): string {
  const byArea = Map.groupBy(contract.operations, ({ document }) => document.tags[0] as string);
  return contract.document.tags
    .map(({ name }: { name: string }) => {
      const operations = byArea.get(name) ?? [];
      return `| ${name} | ${operations.map(({ method, path }) => `\`${method} ${path}\``).join(', ')} |\n`;
    })
    .join('');
}

describe('the API', () => {
  it('breaks no client of what was released; `postern contracts:record` records a release', () => {
    expect(apiBreaks(new Records().api(), withoutProse(contract.document))).toEqual([]);
  });

  it('describes its events and jobs beside its operations', async () => {
    const answer = await fetch(`${gateway.url}/asyncapi.json`);
    expect([answer.status, ((await answer.json()) as { asyncapi: string }).asyncapi]).toEqual([200, '3.0.0']);
  });

  it('has its operations in the table of docs/api.md', () => {
    const written = readFileSync(TABLE, 'utf8');
    expectMade(TABLE, written.replace(ROWS, areas()));
    const before = [...(ROWS.exec(written)?.[0] ?? '').matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, name = '']) => name);
    const gone = before.filter((name) => !areas().includes(`\`${name}\``));
    for (const line of proseNaming(gone)) console.log(line);
  });
});

describe('@postern/client', () => {
  it('has types, facts and requests of what the gateway describes', async () => {
    const files = await generate(contract.document);
    expect(Object.keys(files)).toHaveLength(3);
    for (const [file, text] of Object.entries(files)) {
      expectMade(file, text, file.endsWith('.ts') ? withoutComments : undefined);
    }
  });

  it('is made of the description of a gateway, whose address it is given', async () => {
    const { paths } = contract.document;
    expect((await readDescription(gateway.url)).paths).toEqual(paths);
    expect((await readDescription(`${gateway.url}/openapi.json`)).paths).toEqual(paths);
    await expect(readDescription(`${gateway.url}/asyncapi.json`)).rejects.toThrow('is no OpenAPI description');
    await expect(readDescription(`${gateway.url}/docs`)).rejects.toThrow('/docs/openapi.json answered 404');
    await expect(readDescription('gateway')).rejects.toThrow('"gateway" is no URL');
  });
});
