import { argument, type Command, type Database, defineCommand, type Opened, option, table } from '@postern/runtime';
import { z } from 'zod';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { OPERATOR_NAME, OPERATOR_ROLES, Operators } from '../operators/operators.ts';
import { ownNameFault } from '../operators/own-names.ts';

const name = argument(
  'who signs in, such as kim',
  z
    .string()
    .regex(OPERATOR_NAME, 'expected a lower-case letter, then up to 59 of a-z 0-9 . _ -')
    .superRefine((text, context) => {
      const fault = ownNameFault(text);
      if (fault !== undefined) context.addIssue(fault);
    }),
);

/** Who may use the console. */
export function operatorsCommands(open: Opened<{ database: Database }>): Command[] {
  const withOperators = <Result>(work: (operators: Operators, audit: OperatorAudit) => Promise<Result>) =>
    open(({ database }) => work(new Operators(database), new OperatorAudit(database)));
  return [
    defineCommand({
      name: 'operators add',
      summary: 'Adds an operator of the console, and prints the secret to sign in with, once',
      examples: ['operators add kim --role act', 'operators add lee --role read --json'],
      input: {
        name,
        role: option(
          'ROLE',
          'read sees everything, act may change it too',
          z.enum(OPERATOR_ROLES, `expected ${OPERATOR_ROLES.join(' or ')}`),
        ),
      },
      acts: true,
      run: ({ name, role }, { answer, by }) =>
        withOperators(async (operators, audit) => {
          const secret = await operators.add(name, role, by);
          if (secret === undefined) {
            throw new Error(`there is an operator ${name}: for a new secret or role, remove it first`);
          }
          await audit.record({ operator: by, action: 'operators.add', target: name }, 'done', `role ${role}`);
          answer({ name, role, secret }, [
            `${name} may sign in to the console (role ${role}) with this secret, which is shown only now:`,
            secret,
          ]);
        }),
    }),
    defineCommand({
      name: 'operators list',
      summary: 'Lists who may use the console',
      examples: ['operators list', 'operators list --json'],
      run: (_input, { answer }) =>
        withOperators(async (operators) => {
          const all = await operators.list();
          const rows = all.map((it) => [it.name, it.role, it.createdAt.toISOString(), it.createdBy]);
          answer(all, all.length === 0 ? 'none' : table([['NAME', 'ROLE', 'ADDED', 'BY'], ...rows]));
        }),
    }),
    defineCommand({
      name: 'operators remove',
      summary: 'Removes an operator of the console, whose sessions end at once',
      examples: ['operators remove kim'],
      input: { name },
      acts: true,
      run: ({ name }, { answer, by }) =>
        withOperators(async (operators, audit) => {
          if (!(await operators.remove(name))) throw new Error(`there is no operator ${name}: see operators list`);
          await audit.record({ operator: by, action: 'operators.remove', target: name }, 'done', '');
          answer({ name }, `${name} may not use the console any more.`);
        }),
    }),
  ];
}
