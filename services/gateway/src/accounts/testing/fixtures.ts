import { FakeEvents } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics, SecretRing, type Transaction } from '@postern/runtime';
import type { Principal, RequestContext } from '../../http/route.ts';
import { Journal } from '../audit/journal.ts';
import { MemoryAuditLog } from '../audit/memory-audit-log.ts';
import { AccountsConfig } from '../config.ts';
import { LinkKeyWatch } from '../links/link-key-watch.ts';
import type { User } from '../users/user.ts';

/** For the stores in memory, which look at no transaction; whoever runs SQL on it fails loudly. */
export const fakeTransaction: Transaction = {
  get sql(): never {
    throw new Error('a unit test has no database');
  },
  dialect: 'sqlite',
  afterCommit: (hook) => hook(),
};

export const testLinkKeys = SecretRing.of(Buffer.alloc(32));

/** The defaults of production, but for hashing, with keys that are all zeros. */
export function testConfig(overrides: Partial<AccountsConfig['env']> = {}): AccountsConfig {
  const config = new AccountsConfig({
    PRODUCT_NAME: 'Postern',
    PUBLIC_URL: 'http://gateway.test',
    LINK_KEY: testLinkKeys,
    KEY_ENCRYPTION_KEY: SecretRing.of(Buffer.alloc(32)),
    ACCESS_TOKEN_ALGORITHM: 'EdDSA',
    ACCESS_TOKEN_AUDIENCE: 'postern',
    ACCESS_TOKEN_SECONDS: 600,
    SESSION_IDLE_SECONDS: 1_209_600,
    SESSION_MAX_SECONDS: 2_592_000,
    SESSIONS_PER_ACCOUNT: 50,
    DEVICE_DAYS: 90,
    REFRESH_GRACE_SECONDS: 15,
    VERIFY_LINK_SECONDS: 86_400,
    SIGN_UP_DAYS: 7,
    LINK_SECONDS: 1_800,
    PASSWORD_MIN_LENGTH: 8,
    PASSWORD_HASH_MEMORY_KIB: 8,
    PASSWORD_HASH_PASSES: 1,
    HASH_CONCURRENCY: 2,
    HASH_QUEUE_LIMIT: 10,
    GUESS_FREE_PER_ACCOUNT: 3,
    GUESS_FREE_PER_ADDRESS: 10,
    GUESS_MAX_DELAY_SECONDS: 60,
    SIGN_INS_PER_ACCOUNT: 30,
    SIGN_INS_PER_ADDRESS: 300,
    CHANGES_PER_HOUR: 100,
    EXPORTS_PER_HOUR: 10,
    ADMIN_TWO_FACTOR: 'off',
    TWO_FACTOR_TRIES: 100,
    AUDIT_RETENTION_DAYS: 400,
    SIGN_UPS_PER_HOUR: 100,
    MAILS_PER_HOUR: 10,
    ...overrides,
  });
  config.root.set(Buffer.alloc(32));
  return config;
}

/** For whoever does not ask what it has noticed. */
export function testLinkKeyWatch(): LinkKeyWatch {
  return new LinkKeyWatch(testConfig(), new Metrics({ defaults: false }), new MemoryLogger(), new FakeClock());
}

export const context: RequestContext = {
  productName: 'Postern',
  requestId: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  address: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  signal: new AbortController().signal,
  cookie: () => undefined,
};

export const ada: User = {
  id: '0199346e-aef0-73a9-9842-4475266d9bd0',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  mobileNumber: '+4915112345678',
  locale: 'en',
  passwordHash: 'new:correct horse',
  emailVerifiedAt: new Date('2026-01-01T00:00:00Z'),
  credentialVersion: 0,
  disabledAt: null,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  updatedAt: new Date('2026-01-01T00:00:00Z'),
};

export const adasPrincipal: Principal = {
  userId: ada.id,
  sessionId: '01993470-1c6d-7d52-9f0e-6a2f3f2b8c11',
  generation: 0,
  roles: ['user'],
  permissions: [],
  authenticatedAt: new Date('2026-01-01T00:00:00Z'),
};

/** A journal whose audit log and events are kept for the test to ask. */
export class TestJournal extends Journal {
  readonly audit: MemoryAuditLog;
  readonly events: FakeEvents;

  constructor() {
    const [audit, events] = [new MemoryAuditLog(), new FakeEvents()];
    super(audit, events, fakeTransaction);
    this.audit = audit;
    this.events = events;
  }
}
