import { type Database, errorMessage, idToBytes, type Logger, newId, type Sql } from '@postern/runtime';

/**
 * Entries younger than this cannot be deleted by anybody who uses the gateway's database account, whatever the retention
 * is set to: long enough to notice an intruder who would remove traces.
 */
export const SEALED_DAYS = 90;
const DAY_SECONDS = 86_400;

const REFUSAL = 'audit_log is append-only';

/** Without the privilege, or where the binary log needs a trusted creator (MySQL with its binary log on). */
const NOT_ALLOWED = new Set([
  'ER_BINLOG_CREATE_ROUTINE_NEED_SUPER',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
]);

/** Another `migrate` was faster. */
const MADE_MEANWHILE = 'ER_TRG_ALREADY_EXISTS';

/**
 * Has the database itself refuse changes of the audit log and the deletion of recent entries (ASVS 5.0, 16.4.2). Done by
 * `migrate` each time, not by a migration: where the account may not create triggers the log stays append-only by code
 * alone, and the warning says what an administrator of the database can do.
 */
export async function sealAuditLog(db: Database, logger: Logger): Promise<void> {
  try {
    await (db.dialect === 'mysql' ? sealMysql(db) : sealSqlite(db));
  } catch (error) {
    if (!NOT_ALLOWED.has(codeOf(error))) throw error;
    // Triggers are shown to those alone who may make them: the database's owner may have sealed it before.
    if ((await sealFault(db)) === undefined) return;
    logger.warn(
      'the database does not let this account seal the audit log: grant it TRIGGER, set log_bin_trust_function_creators=1, and run migrate again',
      { error },
    );
  }
}

/** What is the matter with the seal, and what to do about it; undefined where there is one. */
export async function sealFault(database: Database): Promise<{ what: string; todo: string } | undefined> {
  let allowed: string[];
  try {
    allowed = await unsealed(database);
  } catch (error) {
    // As on a server that is read-only: whoever asks has more to be told than this.
    const todo = 'ask again where the account may add rows: of the primary, once it takes writes';
    return { what: `whether it is sealed could not be tried: ${errorMessage(error)}`, todo };
  }
  if (allowed.length === 0) return undefined;
  return {
    what: `it is not sealed: whoever has the database account can ${allowed.join(' and ')} recent entries`,
    todo: 'run `migrate`, whose log says what keeps it from sealing it (docs/upgrading.md)',
  };
}

/**
 * What the database lets be done to a young entry: `change`, `delete`, or nothing where it is sealed. It is tried, on an entry that is rolled back:
 * MySQL shows no triggers to a user with rights to rows alone.
 */
export async function unsealed(database: Database): Promise<string[]> {
  const id = idToBytes(newId());
  const text = { action: 'seal-check', outcome: 'success', address_range: 'none', request_id: 'none' };
  let allowed: string[] = [];
  const undone = new Error('the entry is rolled back');
  try {
    await database.transaction(async ({ sql }) => {
      await sql('audit_log').insert({ id, at: database.clock.now(), ...text });
      const entry = () => sql('audit_log').where({ id });
      allowed = [];
      if (!(await refuses(entry().update({ outcome: 'changed' })))) allowed.push('change');
      if (!(await refuses(entry().delete()))) allowed.push('delete');
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  return allowed;
}

async function refuses(statement: PromiseLike<unknown>): Promise<boolean> {
  try {
    await statement;
    return false;
  } catch (error) {
    if (errorMessage(error).includes(REFUSAL)) return true;
    throw error;
  }
}

/**
 * MySQL knows IF NOT EXISTS for triggers from 8.0.29 on only, so that it is looked first. Triggers of a table are shown to those
 * who may make them; the others are refused right afterwards, and warned of.
 */
async function sealMysql({ sql }: Sql): Promise<void> {
  const [rows] = await sql.raw(
    "SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'audit_log'",
  );
  const there = new Set((rows as { name: string }[]).map(({ name }) => name));
  for (const [name, rest] of Object.entries(MYSQL)) {
    if (there.has(name)) continue;
    try {
      await sql.raw(`CREATE TRIGGER ${name} ${rest}`);
    } catch (error) {
      if (codeOf(error) !== MADE_MEANWHILE) throw error;
    }
  }
  if (there.has(OUTDATED)) await sql.raw(`DROP TRIGGER IF EXISTS ${OUTDATED}`);
}

async function sealSqlite({ sql }: Sql): Promise<void> {
  for (const statement of SQLITE) await sql.raw(statement);
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? '';
}

/** Of earlier releases: it asked for a time that `SET timestamp` changes, which takes no privilege. */
const OUTDATED = 'audit_log_no_delete';

/** SYSDATE() is the time of the machine, whatever a session says of it, in the zone that the session says. Where that has no time in UTC, nothing is deleted. */
const MYSQL = {
  audit_log_no_update: `BEFORE UPDATE ON audit_log FOR EACH ROW
     SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${REFUSAL}'`,
  audit_log_no_early_delete: `BEFORE DELETE ON audit_log FOR EACH ROW
     IF COALESCE(OLD.at > CONVERT_TZ(SYSDATE(), @@SESSION.time_zone, '+00:00') - INTERVAL ${SEALED_DAYS} DAY, TRUE) THEN
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${REFUSAL}';
     END IF`,
};

const SQLITE = [
  `CREATE TRIGGER IF NOT EXISTS audit_log_no_update BEFORE UPDATE ON audit_log
   BEGIN SELECT RAISE(ABORT, '${REFUSAL}'); END`,
  `CREATE TRIGGER IF NOT EXISTS audit_log_no_delete BEFORE DELETE ON audit_log
   WHEN OLD.at > (unixepoch() - ${SEALED_DAYS * DAY_SECONDS}) * 1000
   BEGIN SELECT RAISE(ABORT, '${REFUSAL}'); END`,
];
