import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOperations } from './describe-operations.ts';
import { describeTypes } from './describe-types.ts';
import type { OpenApi } from './open-api.ts';

/** Where the files that are made of the description are. */
const GENERATED = join(import.meta.dirname, '../src/generated');

/** The client's generated files, by their path, from a gateway's `/openapi.json`. */
export async function generate(document: OpenApi): Promise<Record<string, string>> {
  return {
    [join(GENERATED, 'schema.ts')]: await describeTypes(document),
    [join(GENERATED, 'operations.ts')]: describeOperations(document),
  };
}

async function write(document: OpenApi): Promise<void> {
  for (const [file, text] of Object.entries(await generate(document))) writeFileSync(file, text);
}

if (import.meta.main) {
  const url = process.argv[2] ?? 'http://127.0.0.1:3000/openapi.json';
  await write((await (await fetch(url)).json()) as OpenApi);
  process.stdout.write(`wrote ${GENERATED} from ${url}\n`);
}
