import type { Names } from './names.ts';
import { exported, type Scaffold } from './scaffold.ts';
import { sentence } from './source-text.ts';

/** What k6 does with the operations of a capability, as somebody who is signed in: each is called once at least. */
export function journeyScaffold({ file, camel }: Names, about: string | undefined, calls: readonly string[]): Scaffold {
  return {
    file: `k6/journeys/own/${file}.ts`,
    text: `import { call } from '../../lib/call.ts';
import type { Member } from '../member.ts';

/** ${sentence(about, 'What somebody who is signed in does here.')} */
export function ${camel}({ access: token }: Member): void {
${calls.map((line) => `  ${line}\n`).join('')}}
`,
    edits: [exported('k6/journeys/own.ts', camel, `own/${file}`)],
  };
}
