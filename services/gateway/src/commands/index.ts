import { outboxCommands, withDeadRows } from '@postern/durable';
import {
  type BesideMigrations,
  type Command,
  configCommand,
  migrateCommands,
  type Opened,
  withDatabase,
} from '@postern/runtime';
import type { ContainerModule } from 'inversify';
import { migrations } from '../../migrations/index.ts';
import { administrationModule } from '../accounts/administration/administration.module.ts';
import { sealAuditLog, sealFault } from '../accounts/audit/audit-seal.ts';
import { privacyModule } from '../accounts/privacy/privacy.module.ts';
import { AdminCreation } from '../accounts/registration/admin-creation.ts';
import { RootReplacement } from '../accounts/sessions/root-replacement.ts';
import { moveUnverified } from '../accounts/sign-ups/unverified-accounts.ts';
import { KeyOperations } from '../accounts/tokens/key-operations.ts';
import { FactorRemoval } from '../accounts/two-factor/factor-removal.ts';
import { twoFactorModule } from '../accounts/two-factor/two-factor.module.ts';
import { UserStore } from '../accounts/users/user-store.ts';
import { gatewayEnv, readConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { gatewayDoctor, SECRETS } from '../doctor/gateway-doctor.ts';
import { modules } from '../modules.ts';
import { adminCreate } from './admin-create.ts';
import { auditExport } from './audit-export.ts';
import type { CommandParts } from './command-parts.ts';
import { keysCommands } from './keys-commands.ts';
import { keysReplaceRoot } from './keys-replace-root.ts';
import { repl } from './repl.ts';
import { replTools } from './repl-tools.ts';
import { requests } from './requests.ts';
import { gatewaySchedules } from './schedules.ts';
import { status } from './status.ts';
import { trace } from './trace.ts';
import { type FactorRemovalParts, twoFactorRemove } from './two-factor-remove.ts';
import { userCommands } from './user-commands.ts';
import { waits } from './waits.ts';

/** Commands that work with a capability which the gateway may be without. */
const NEEDED: Readonly<Record<string, ContainerModule>> = {
  'user disable': administrationModule,
  'user enable': administrationModule,
  'user sign-out': administrationModule,
  'user void-password': administrationModule,
  'user move': administrationModule,
  'user erase': privacyModule,
  'two-factor remove': twoFactorModule,
  'user two-factor remove': twoFactorModule,
};

/**
 * The commands of the gateway.
 *
 * @param capabilities of the gateway: a command of one that was taken out is not there either
 */
export function gatewayCommands(
  withParts: Opened<CommandParts>,
  capabilities: readonly ContainerModule[] = modules,
): Command[] {
  return allCommands(withParts).filter(({ name }) => {
    const needed = NEEDED[name];
    return needed === undefined || capabilities.includes(needed);
  });
}

function allCommands(withParts: Opened<CommandParts>): Command[] {
  const withRemoval: Opened<FactorRemovalParts> = (work) =>
    withParts(({ database, get }) => work({ database, removal: get(FactorRemoval), users: get(UserStore) }));
  const withSql = withDatabase(createServiceLogger);
  return [
    ...migrateCommands(withDatabase(createServiceLogger, { answers: false }), migrations, besideMigrations),
    ...keysCommands((work) => withParts(({ get }) => work(get(KeyOperations)))),
    keysReplaceRoot((work) => withParts(({ get }) => work(get(RootReplacement)))),
    adminCreate((work) => withParts(({ database, get }) => work({ database, admins: get(AdminCreation) }))),
    twoFactorRemove('two-factor remove', withRemoval),
    twoFactorRemove('user two-factor remove', withRemoval),
    ...userCommands(withParts),
    auditExport(withSql),
    repl((work) => withParts((parts) => work(replTools(parts)))),
    status,
    requests(withSql),
    trace(withSql),
    waits(withSql),
    gatewayDoctor,
    configCommand(gatewayEnv, SECRETS, () => readConfig()),
    ...outboxCommands(withDeadRows(withSql)),
    ...gatewaySchedules(withSql),
  ];
}

const besideMigrations: BesideMigrations = {
  complete: async (database, logger) => {
    // Again each time: a replica of an earlier release may have made some since.
    while ((await moveUnverified(database.sql, { now: database.clock.now() })) > 0);
    await sealAuditLog(database, logger);
  },
  missing: async (database) => {
    const fault = await sealFault(database);
    return fault ? [`Audit log: ${fault.what}; ${fault.todo}.`] : [];
  },
};
