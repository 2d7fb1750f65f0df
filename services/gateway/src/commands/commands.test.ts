import { type Command, UsageError } from '@postern/runtime';
import { expect, it } from 'vitest';
import { adminCreate } from './admin-create.ts';
import { auditExport } from './audit-export.ts';
import { keysList } from './keys-list.ts';
import { keysReEncrypt } from './keys-re-encrypt.ts';
import { keysRevoke } from './keys-revoke.ts';
import { keysRotate } from './keys-rotate.ts';
import { migrate } from './migrate.ts';
import { outbox } from './outbox.ts';
import { twoFactorRemove } from './two-factor-remove.ts';

const notReached = () => Promise.reject(new Error('it opened what it works on'));
const commands: readonly Command[] = [
  ...[migrate, auditExport, outbox, adminCreate(notReached), twoFactorRemove(notReached)],
  ...[keysList(notReached), keysRotate(notReached), keysRevoke(notReached), keysReEncrypt(notReached)],
];

it.each(commands.map((command) => [command.name, command] as const))(
  '%s refuses an option that it does not have, before it opens anything',
  async (_name, command) => {
    await expect(Promise.resolve(command.run(['--no-such-option', '--now']))).rejects.toThrow(UsageError);
  },
);
