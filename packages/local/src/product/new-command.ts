import { argument, type Command, defineCommand } from '@postern/runtime/light';
import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { newProduct } from './new-product.ts';
import { productName } from './product-name.ts';

/** `postern new acme ../acme`. */
export function newCommand(terminal: Terminal): Command {
  return defineCommand({
    name: 'new',
    summary: 'Copies this repository under the name of a new product',
    about: `Packages, images, databases, queues, variables, alerts and the names in mails and pages are those of the product; the licence names who made
what was copied. The folder is a Git repository with nothing committed. What lies in the folder is never overwritten.`,
    examples: ['new acme ../acme'],
    json: false,
    input: {
      name: argument('its name in lower case, such as acme', productName),
      folder: argument('a folder that is not there yet, or is empty', z.string().min(1)),
    },
    run: async ({ name, folder }) => {
      const made = newProduct(name, folder);
      terminal.line(`${made} is ${name}. Go on there:`);
      for (const script of ['start', 'check']) terminal.line(`  npx -y pnpm@12 ${script}`);
    },
  });
}
