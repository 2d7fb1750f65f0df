import { readUser, register, signIn, verify } from './account.ts';
import { awaitMail, tokenOf } from './mail.ts';
import { newPerson, type Person } from './person.ts';

export interface Member {
  email: string;
  password: string;
  accessToken: string;
}

/** Registers somebody and waits for the mail. */
export function registration(): { person: Person; secret: string; mailId: string } | undefined {
  const person = newPerson();
  const secret = register(person);
  if (secret === undefined) return undefined;
  const mailId = awaitMail(person.email);
  return mailId === undefined ? undefined : { person, secret, mailId };
}

/** The whole way of a newcomer: register, follow the mailed link, sign in, read oneself. */
export function newcomer(): Member | undefined {
  const registered = registration();
  if (!registered) return undefined;
  const { person, secret, mailId } = registered;
  if (!verify(tokenOf(mailId), secret)) return undefined;
  const accessToken = signIn(person);
  if (accessToken === undefined || !readUser(accessToken, person.email)) return undefined;
  return { email: person.email, password: person.password, accessToken };
}

/** People with verified addresses, to sign in and to read as. Throws when one could not be made: nothing to measure then. */
export function members(count: number): Member[] {
  return Array.from({ length: count }, () => {
    const member = newcomer();
    if (!member) throw new Error('setup failed: a newcomer could not register, verify and sign in');
    return member;
  });
}
