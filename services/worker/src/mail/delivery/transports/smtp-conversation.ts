import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';

/**
 * Has a conversation with a server over a connection of its own, which is closed when that has ended, or `signal` ends it: a server that drips
 * its replies never falls silent, so nodemailer's own limits never end.
 *
 * @throws nodemailer's error when there is no conversation; the signal's reason
 */
export async function converse<Result>(
  settings: SMTPConnection.Options,
  signal: AbortSignal,
  work: (connection: SMTPConnection) => Result | Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const connection = new SMTPConnection(settings);
  const broken = Promise.withResolvers<never>();
  const cutOff = () => broken.reject(signal.reason);
  signal.addEventListener('abort', cutOff, { once: true });
  connection.once('error', broken.reject);
  connection.once('end', () => broken.reject(new Error('the server closed the connection')));
  try {
    return await Promise.race([connected(connection).then(() => work(connection)), broken.promise]);
  } finally {
    signal.removeEventListener('abort', cutOff);
    // An error of a connection that is not needed any more is nobody's.
    connection.on('error', () => undefined);
    connection.quit();
    connection.close();
  }
}

function connected(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
}

type User = SMTPConnection.Credentials | { user: string; token: string };

/** Signs in as nodemailer's pool does: by what the server offers, and not where it offers nothing. */
export function signIn(connection: SMTPConnection, user: User): Promise<void> {
  // What its types leave out.
  const { allowsAuth } = connection as SMTPConnection & { readonly allowsAuth: boolean };
  if (!allowsAuth) return Promise.resolve();
  const auth = 'token' in user ? byToken(user.user, user.token) : { credentials: user };
  return new Promise((resolve, reject) => connection.login(auth, (error) => (error ? reject(error) : resolve())));
}

/** Its types would have the options there that it makes an XOAuth2 of for a transport; a connection takes that itself. */
function byToken(user: string, accessToken: string): SMTPConnection.AuthenticationOAuth2 {
  const oauth2 = new XOAuth2({ user, accessToken });
  return { user, oauth2 } as unknown as SMTPConnection.AuthenticationOAuth2;
}
