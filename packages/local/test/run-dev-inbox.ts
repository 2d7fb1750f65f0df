import { dev } from '../src/start.ts';
import { Terminal } from '../src/terminal.ts';

/** `dev` of the inbox alone, with files of variables in the folder that the first argument names. */
const [, , root] = process.argv;
process.exit(await dev({ parts: new Set(['inbox']) }, new Terminal(process.stdout), process.env, root));
