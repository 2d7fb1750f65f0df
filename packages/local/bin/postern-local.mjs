// Plain JavaScript, so that any Node.js can read it far enough to say what is wrong.
// npm's `node` package puts the Node.js that runs the code into node_modules/.bin, which pnpm's scripts have first on
// their PATH. Where its install script was not allowed to run, PATH still leads to the system's Node.js.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const wanted = 26;
const major = Number(process.versions.node.split('.')[0]);

if (major < wanted) {
  process.stderr.write(
    `Postern runs on Node.js ${wanted} or newer and this is ${process.versions.node} (${process.execPath}). ` +
      'Run `npx -y pnpm@12 install` in the repository: it puts the right one into node_modules/.bin, ' +
      'and `npx -y pnpm@12 start` then finds it.\n',
  );
  process.exit(1);
}

// Half of a start is compiling. What Node.js has compiled is kept, also for the services and tests that this process starts.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { runRootScript } = await import('../src/command-line.ts');
await runRootScript(process.argv.slice(2));
