import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository.ts';

const DOCUMENTS = ['README.md', 'docs/*.md', 'services/*/README.md', 'packages/*/README.md'];
/** What was is named there, and the commands' rows are made anew. */
const EXCEPT = ['docs/CHANGELOG.md', 'docs/upgrading.md', 'docs/commands.md'];

/**
 * The lines of documents that name what is gone and that nobody writes anew but their author.
 *
 * @param gone commands (`user erase`) and operations (`POST /v1/auth/two-factor/totp`)
 * @returns a sentence for each, which begins with the file and the line
 */
export function proseNaming(gone: readonly string[], root = repositoryRoot): string[] {
  const files = globSync(DOCUMENTS, { cwd: root }).filter((file) => !EXCEPT.includes(file));
  return files.sort().flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const named = gone.filter((name) => naming(name).test(line));
        return named.map((name) => `${file}:${index + 1} names \`${name}\`, which is gone.`);
      }),
  );
}

/** As code begins, or after the program; `/v1/gifts` is not `/v1/gifts/{id}`. */
function naming(name: string): RegExp {
  return new RegExp(`(\`|gateway |postern )${name.replaceAll(/[^\w\s]/g, '\\$&')}(?![\\w/{-])`);
}
