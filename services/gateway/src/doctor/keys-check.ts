import {
  type Check,
  ConfigError,
  type Finding,
  failure,
  type Logger,
  ok,
  openDatabase,
  type SecretRing,
  toDate,
  warning,
} from '@postern/runtime';
import { Resealing } from '../accounts/tokens/resealing.ts';
import { SecretBox } from '../accounts/tokens/secret-box.ts';

const DAY_MS = 86_400_000;
const OLD_DAYS = 400;

/** What is in the database opens with KEY_ENCRYPTION_KEY, and the key that signs is not old. */
export function keysCheck(url: string, ring: SecretRing, logger: Logger): Check {
  return {
    subject: 'keys',
    run: async () => {
      const database = openDatabase(url, { logger, poolSize: 1 });
      try {
        // Before `migrate` there are no tables, and nothing in them.
        if (!(await database.sql.schema.hasTable('root_keys'))) return [];
        const resealing = new Resealing(database, new SecretBox({ env: { KEY_ENCRYPTION_KEY: ring } }));
        return [
          ...(await sealing(resealing, ring)),
          ...(await signing(database.sql('signing_keys'), database.clock.now())),
        ];
      } finally {
        await database.close();
      }
    },
  };
}

async function sealing(resealing: Resealing, ring: SecretRing): Promise<Finding[]> {
  try {
    await resealing.requireOpened(ring);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const todo = 'put the key back that sealed it (docs/rotating-secrets.md), then run `keys re-encrypt`';
    return error.problems.map((problem) =>
      failure('KEY_ENCRYPTION_KEY', problem.replace('KEY_ENCRYPTION_KEY: ', ''), todo),
    );
  }
  const counts = await resealing.count();
  const others = [...counts].filter(([id]) => id !== ring.writing.id && ring.named(id)?.id !== ring.writing.id);
  const left = others.reduce((sum, [, values]) => sum + values, 0);
  if (left === 0) return [ok('KEY_ENCRYPTION_KEY', `${ring.writing.id} opens what it should`)];
  const what = `${left} secrets in the database are sealed with another key than the one that writes`;
  return [warning('KEY_ENCRYPTION_KEY', what, 'run `keys re-encrypt` before a key is left out of the ring')];
}

async function signing(keys: ReturnType<ReturnType<typeof openDatabase>['sql']>, now: Date): Promise<Finding[]> {
  const newest = await keys.whereNull('accepted_until').orderBy('signs_from', 'desc').first('kid', 'signs_from');
  if (!newest) return [ok('signing keys', 'none: the first one is made when a gateway starts')];
  const days = Math.floor((now.getTime() - (toDate(newest.signs_from) as Date).getTime()) / DAY_MS);
  if (days > OLD_DAYS) return [warning('signing keys', `${newest.kid} signs for ${days} days`, 'run `keys rotate`')];
  return [ok('signing keys', `${newest.kid} signs`)];
}
