import { availableParallelism } from 'node:os';
import { httpUrl, integer, productEnv, secretRing } from '@postern/runtime';
import { z } from 'zod';
import { SEALED_DAYS } from './audit/audit-seal.ts';
import { RootKey } from './root-key.ts';
import { SIGNING_ALGORITHMS } from './signing-algorithm.ts';

const DAY_SECONDS = 86_400;

/** libuv's own default (UV_THREADPOOL_SIZE). */
const DEFAULT_THREADS = 4;

/**
 * As many as there are cores, but one thread of libuv's pool fewer than it has: name look-ups and files need one too. With
 * more than three cores, set UV_THREADPOOL_SIZE to one more than the cores.
 */
function defaultHashConcurrency(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || DEFAULT_THREADS;
  return Math.max(1, Math.min(availableParallelism(), threads - 1));
}

/** The environment variables of the accounts; the gateway's configuration spreads them into its own. */
export const accountsEnv = {
  ...productEnv,
  PUBLIC_URL: httpUrl({ path: false, example: 'https://accounts.example.com' }),
  LINK_KEY: secretRing('32 random bytes in base64, the same as the worker has (openssl rand -base64 32)'),
  KEY_ENCRYPTION_KEY: secretRing(
    '32 random bytes in base64, which encrypt the secrets in the database (openssl rand -base64 32)',
  ),
  ACCESS_TOKEN_AUDIENCE: z.string().min(1).default('postern'),
  ACCESS_TOKEN_ALGORITHM: z.enum(SIGNING_ALGORITHMS, 'expected EdDSA or ES256').default('EdDSA'),
  ACCESS_TOKEN_SECONDS: integer(600, 10, 3600, 'the life of an access token in seconds'),
  SESSION_IDLE_SECONDS: integer(14 * DAY_SECONDS, 60, 365 * DAY_SECONDS, 'seconds after which an unused session ends'),
  SESSION_MAX_SECONDS: integer(30 * DAY_SECONDS, 60, 365 * DAY_SECONDS, 'seconds after which any session ends'),
  SESSIONS_PER_ACCOUNT: integer(50, 1, 1_000, 'sessions that a person may have at once'),
  DEVICE_DAYS: integer(90, 1, 400, 'days for which a device is known by its token'),
  REFRESH_GRACE_SECONDS: integer(
    15,
    0,
    60,
    'seconds in which a rotated refresh token is good for its successor, whoever has that',
  ),
  VERIFY_LINK_SECONDS: integer(DAY_SECONDS, 60, 7 * DAY_SECONDS, 'the life of a verification link in seconds'),
  SIGN_UP_DAYS: integer(7, 1, 90, 'days after which a sign-up that nobody has confirmed ends'),
  LINK_SECONDS: integer(1800, 60, DAY_SECONDS, 'the life of a reset or address change link in seconds'),
  PASSWORD_MIN_LENGTH: integer(8, 8, 64, 'the fewest characters of a password'),
  PASSWORD_HASH_MEMORY_KIB: integer(19_456, 8, 1_048_576, 'argon2id memory in KiB (OWASP: 19456)'),
  PASSWORD_HASH_PASSES: integer(2, 1, 20, 'argon2id passes (OWASP: 2)'),
  HASH_CONCURRENCY: integer(defaultHashConcurrency(), 1, 256, 'how many passwords are hashed at once'),
  HASH_QUEUE_LIMIT: integer(1000, 0, 100_000, 'how many requests may wait for a hash'),
  BREACH_CHECK_URL: httpUrl({ path: true, example: 'https://api.pwnedpasswords.com/range/' }).optional(),
  GUESS_FREE_PER_ACCOUNT: integer(5, 1, 100_000, 'wrong passwords an account has free before delays'),
  GUESS_FREE_PER_ADDRESS: integer(30, 1, 1_000_000, 'accounts that may fail from a client address before delays'),
  GUESS_MAX_DELAY_SECONDS: integer(300, 1, 3600, 'the longest delay between two guesses'),
  SIGN_INS_PER_ACCOUNT: integer(30, 1, 10_000_000, 'passwords of an account in a minute, right ones too'),
  SIGN_INS_PER_ADDRESS: integer(300, 1, 10_000_000, 'passwords from one client address in a minute'),
  CHANGES_PER_HOUR: integer(
    100,
    1,
    1_000_000,
    'changes of their details and second factor that a person may make in an hour',
  ),
  EXPORTS_PER_HOUR: integer(10, 1, 100_000, 'exports of their data that a person may make in an hour'),
  ADMIN_TWO_FACTOR: z.enum(['off', 'required'], 'expected off or required').default('off'),
  TWO_FACTOR_TRIES: integer(100, 3, 100, 'wrong codes in a row that lock a second factor (NIST: at most 100)'),
  AUDIT_RETENTION_DAYS: integer(400, SEALED_DAYS, 3650, 'days for which the audit log is kept'),
  SIGN_UPS_PER_HOUR: integer(100, 1, 10_000_000, 'sign-ups from one client address in an hour'),
  MAILS_PER_HOUR: integer(10, 1, 10_000_000, 'mails that strangers can cause to one recipient in an hour'),
} satisfies z.ZodRawShape;

type AccountsEnv = z.infer<z.ZodObject<typeof accountsEnv>>;

/** The accounts' settings, read once at start. Seconds and KiB as the names say. */
export class AccountsConfig {
  readonly env: AccountsEnv;
  /** What keys of our own are derived from. Not in the environment: `RootKeys` reads it from the database. */
  readonly root = new RootKey();

  constructor(env: AccountsEnv) {
    this.env = env;
  }
}
