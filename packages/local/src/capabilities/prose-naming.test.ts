import { expect, it } from 'vitest';
import { ScratchRepository } from '../postern/testing/scratch-repository.ts';
import { proseNaming } from './prose-naming.ts';

it('finds the lines of documents that name a command or an operation that is gone', () => {
  using scratch = new ScratchRepository({
    'docs/api.md': 'Lost it?\n`postern two-factor remove --email …`\n`POST /v1/gifts/{id}` and `POST /v1/gifts`\n',
    'docs/commands.md': '| `gateway two-factor remove` |\n',
    'docs/CHANGELOG.md': '- `two-factor remove` is new\n',
    'README.md': 'How to remove a two-factor remove.\n',
    'services/gateway/README.md': '`two-factor removed`, `POST /v1/gifts/{id}`\n',
  });
  expect(proseNaming(['two-factor remove', 'POST /v1/gifts'], scratch.root)).toEqual([
    'docs/api.md:2 names `two-factor remove`, which is gone.',
    'docs/api.md:3 names `POST /v1/gifts`, which is gone.',
  ]);
});
