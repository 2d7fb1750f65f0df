import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOperations } from './describe-operations.ts';
import { describeRequests } from './describe-requests.ts';
import { describeTypes } from './describe-types.ts';
import type { OpenApi } from './open-api.ts';
import { readDescription } from './read-description.ts';

export { readDescription };

const ROOT = join(import.meta.dirname, '..');

/** The client's files that are made of the description, by their path, from a gateway's `/openapi.json`. */
export async function generate(document: OpenApi): Promise<Record<string, string>> {
  return {
    [join(ROOT, 'src/generated/schema.ts')]: await describeTypes(document),
    [join(ROOT, 'src/generated/operations.ts')]: describeOperations(document),
    [join(ROOT, 'examples/postern.http')]: describeRequests(document),
  };
}

if (import.meta.main) {
  const url = process.argv[2] ?? 'http://127.0.0.1:3000';
  try {
    for (const [file, text] of Object.entries(await generate(await readDescription(url)))) {
      writeFileSync(file, text);
      process.stdout.write(`wrote ${file} from ${url}\n`);
    }
  } catch (error) {
    process.stderr.write(`generate: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
