import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../repository.ts';
import { RESERVED_WORDS } from '../reserved-words.ts';
import { readTracked } from '../testing/tracked-files.ts';

const manifest = JSON.parse(readTracked('package.json')) as { name: string; scripts: object };

/** The name goes into identifiers, databases, variables, queues and packages, so that it has to be right in each of them. */
const EXPECTED = 'expected 3 to 20 letters and digits in lower case, a letter first, such as "acme"';

/** A root script is called so: pnpm has commands of these names, which go first, and runs scripts of some of them unasked. */
const OF_PNPM = new Set(
  'add audit bin bugs cache completion config create dedupe deploy dlx docs doctor env exec fetch help info init install licenses link list login logout outdated owner pack patch ping prefix prune publish rebuild recursive remove repo restart root run sbom search server setup stop store unlink unpublish update upgrade version view whoami why uninstall prepare prepack postpack preinstall postinstall prepublish postpublish'.split(
    ' ',
  ),
);

export const productName = z
  .string()
  .regex(/^[a-z][a-z0-9]{2,19}$/, { error: EXPECTED, abort: true })
  .refine((name) => name !== manifest.name, { error: 'this one has that name', abort: true })
  // Its command line is a file of that name in the root.
  .refine((name) => !existsSync(join(repositoryRoot, name)), {
    error: 'the new repository has a folder of that name',
    abort: true,
  })
  // It becomes a root script, beside those that are there.
  .refine((name) => !Object.hasOwn(manifest.scripts, name), 'a script of the new repository has that name')
  .refine((name) => !OF_PNPM.has(name), 'pnpm has a command of that name')
  .refine((name) => !RESERVED_WORDS.has(name), 'it is a word of JavaScript');

/** Another name in each of the three spellings that there are: `postern`, `Postern` and `POSTERN`. */
export function renamed(text: string, name: string): string {
  const { name: own } = manifest;
  return text
    .replaceAll(own, name)
    .replaceAll(capitalized(own), capitalized(name))
    .replaceAll(own.toUpperCase(), name.toUpperCase());
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
