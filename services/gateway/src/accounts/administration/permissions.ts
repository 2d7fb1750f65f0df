/** The roles there are, which a migration makes. */
export const ROLES = ['admin', 'user'] as const;

/** What the seeded role `admin` may do; the names are in the first migration. */
export const PERMISSIONS = {
  readUsers: 'users.read',
  disableUsers: 'users.disable',
  readRoles: 'roles.read',
  writeRoles: 'roles.write',
  readAudit: 'audit.read',
} as const;
