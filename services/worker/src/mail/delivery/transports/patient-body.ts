import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** What nodemailer's class has beside what its types name. */
interface Conversation {
  readonly _socket: { setTimeout(ms: number): unknown };
  readonly options: { socketTimeout?: number };
  _createSendStream(done: (error: Error | null, reply: string) => void): NodeJS.WritableStream;
}

/**
 * nodemailer has one limit for the silence of a server, on idle connections as well as behind a body. That of a body is ours (`body_timeout_ms`),
 * by the signal of its try.
 */
export function waitPatientlyBehindBodies(): void {
  const conversation = SMTPConnection.prototype as unknown as Conversation;
  const create = conversation._createSendStream;
  conversation._createSendStream = function (done) {
    const { _socket: socket, options } = this;
    socket.setTimeout(0);
    return create.call(this, (error, reply) => {
      socket.setTimeout(options.socketTimeout ?? 0);
      done(error, reply);
    });
  };
}
