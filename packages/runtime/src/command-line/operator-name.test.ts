import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { operatorName } from './operator-name.ts';

it('is the value of OPERATOR_NAME', () => {
  expect(operatorName({ OPERATOR_NAME: 'ann@ops' })).toBe('ann@ops');
});

it('is the account otherwise', () => {
  expect(operatorName({})).toBe(userInfo().username);
});

it.runIf(process.getuid?.() === 0)('is the user id where no account has it, as in a container run with --user', () => {
  const script = `import { operatorName } from '${new URL('./operator-name.ts', import.meta.url).pathname}';
    process.setuid(54321);
    process.stdout.write(operatorName({}));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(printed).toBe('uid 54321');
});
