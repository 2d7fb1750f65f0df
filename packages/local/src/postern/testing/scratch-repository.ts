import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Terminal } from '../../terminal.ts';
import type { Kind, MakeOptions } from '../kinds.ts';
import { make } from '../make.ts';

/** A folder with the lists that generators edit, as short as can be; gone with its test. */
export class ScratchRepository implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'postern-make-'));

  /** @param files by their paths */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [file, text] of Object.entries({ ...LISTS, ...files })) this.write(file, text);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  /** Every file with its text. */
  files(): Record<string, string> {
    const files = readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => relative(this.root, join(parentPath, name))).sort();
    return Object.fromEntries(paths.map((path) => [path, this.read(path)]));
  }

  /** @returns what it said */
  make(kind: Kind, name: string | readonly string[], options: MakeOptions = {}): string {
    const said: string[] = [];
    const terminal = new Terminal({ write: (text: string) => said.push(text) > 0 }, {});
    make(kind, name, terminal, this.root, options);
    return said.join('');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

const LISTS = {
  'packages/events/src/catalog/index.ts':
    "// One line a message.\nexport { A } from './a.ts';\nexport { Z } from './z.ts';\n",
  'services/worker/src/mail/content/mails/all.ts': "export { AMail } from './a.ts';\n",
  'services/worker/src/listeners/all.ts': "export { sendZ } from './send-z.ts';\n",
  'services/gateway/src/capabilities.ts': "export { a } from './a/a.module.ts';\n",
  'packages/client/examples/postern.http': '### One\nGET {{host}}/v1/one\n',
  'k6/journeys/own.ts': '// What somebody does.\n',
  'package.json': '{ "name": "acme" }\n',
  'packages/events/src/queues.ts': "export const queueContents = {\n  jobs: 'jobs',\n  mail: 'mails',\n};\n",
  'packages/locales/src/spoken.ts': "export const languages = ['en', 'de'] as const;\n",
};
