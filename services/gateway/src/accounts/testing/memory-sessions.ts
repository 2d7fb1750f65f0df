import type { Clock } from '@postern/runtime';
import { NoSecondFactors } from '../factors/no-second-factors.ts';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { MemoryRoleStore } from '../roles/memory-role-store.ts';
import { Endings } from '../sessions/endings.ts';
import { MemorySessionStore } from '../sessions/memory-session-store.ts';
import { Sessions } from '../sessions/sessions.ts';
import { TokenPairs } from '../sessions/token-pairs.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import { KeyRing } from '../tokens/key-ring.ts';
import { MemorySigningKeyStore } from '../tokens/memory-signing-key-store.ts';
import { RefreshTokens } from '../tokens/refresh-tokens.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { testConfig, testLinkKeyWatch } from './fixtures.ts';

/** Sessions in memory, links and waiting sign-ins, and what ends them. */
export function memorySessions(
  clock: Clock,
  { links = new MemoryLinkTokenStore(), users = new MemoryUserStore(clock) } = {},
) {
  const config = testConfig();
  const box = new SecretBox(config);
  const access = new AccessTokens(new KeyRing(new MemorySigningKeyStore(), box, config, clock), config, clock);
  const store = new MemorySessionStore();
  const pairs = new TokenPairs(access, new RefreshTokens(config), new MemoryRoleStore());
  const sessions = new Sessions(store, pairs, config, clock);
  const endings = new Endings(
    sessions,
    new Links(links, config, clock, testLinkKeyWatch()),
    new NoSecondFactors(),
    users,
  );
  return { sessions, store, pairs, links, users, endings };
}
