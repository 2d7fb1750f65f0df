import { SMTPServer } from 'smtp-server';
import { codeOf } from '../fault.ts';
import type { Envelope } from './message.ts';

/** Larger mails are refused with 552, as a real server would. */
const maxBytes = 25 * 1024 * 1024;

interface SmtpListener {
  port: number;
  close(): Promise<void>;
}

/**
 * Accepts every mail for everyone, with or without a sign-in, in clear text: it is a stand-in on one's own machine.
 * The client gets its 250 after `deliver` has stored the mail; a failure to store is a 451, so that it is sent again.
 */
export async function listenSmtp(
  host: string,
  port: number,
  deliver: (raw: Buffer, envelope: Envelope) => Promise<void>,
): Promise<SmtpListener> {
  const server = new SMTPServer({
    name: 'postern.local',
    banner: 'Postern inbox',
    size: maxBytes,
    authOptional: true,
    disableReverseLookup: true,
    // There is no certificate to offer, and a client that is offered STARTTLS insists on a good one.
    disabledCommands: ['STARTTLS'],
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    closeTimeout: 500,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anonymous' }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', done);
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(smtpError(552, 'The mail is larger than 25 MB'));
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((it) => it.address),
          username: session.user ?? '',
        };
        deliver(Buffer.concat(chunks), envelope).then(
          () => done(null, 'stored'),
          (error: unknown) => done(smtpError(451, `The inbox could not store the mail: ${error}`)),
        );
      });
    },
  });
  const listening = Promise.withResolvers<void>();
  server.on('error', (error) => {
    // A client that goes away in the middle is the client's business; before listening it is ours.
    if (codeOf(error) === 'EADDRINUSE' || codeOf(error) === 'EACCES') listening.reject(error);
  });
  const socket = server.listen(port, host, listening.resolve);
  await listening.promise;
  const address = socket.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
