/** What the seeded role `admin` may do; migrations give them. */
export const PERMISSIONS = {
  readUsers: 'users.read',
  disableUsers: 'users.disable',
  removeFactors: 'users.two-factor',
  readRoles: 'roles.read',
  writeRoles: 'roles.write',
  readAudit: 'audit.read',
} as const;
