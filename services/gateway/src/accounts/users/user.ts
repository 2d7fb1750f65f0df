/** A person with an account. */
export interface User {
  id: string;
  /** Lower case; unique. */
  email: string;
  firstName: string;
  lastName: string;
  /** E.164, or null. */
  mobileNumber: string | null;
  /** BCP 47. */
  locale: string;
  /** PHC string. */
  passwordHash: string;
  /** Goes up with each change that ends devices (`ENDINGS`), such as a new password, and not where the same one is hashed again. */
  credentialVersion: number;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What signing up says of a person, and the id that they have or will have. */
export type NewUser = Omit<User, 'credentialVersion' | 'emailVerifiedAt' | 'disabledAt' | 'createdAt' | 'updatedAt'>;

/** What a person may change of themselves without proof. */
export type Profile = Pick<User, 'firstName' | 'lastName' | 'mobileNumber' | 'locale'>;

/** Whether this person may have a session. */
export function maySignIn(user: Pick<User, 'emailVerifiedAt' | 'disabledAt'>): boolean {
  return user.emailVerifiedAt !== null && user.disabledAt === null;
}

/** What events say of a person, so that a mail can be written without asking the gateway. */
export function personOf(user: Pick<User, 'id' | 'email' | 'firstName' | 'locale'>) {
  return { user_id: user.id, email: user.email, first_name: user.firstName, locale: user.locale };
}
