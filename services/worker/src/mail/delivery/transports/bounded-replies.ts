import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** Replies that were read and are not dealt with. A server sends one for each command, of which a few go out at a time. */
const MAX_WAITING = 1_000;

/** What nodemailer's class has beside what its types name. */
interface Conversation {
  readonly _responseQueue: readonly string[];
  _onData(chunk: Buffer): void;
  _onResponseTooLarge(): void;
}

/**
 * nodemailer bounds the length of a reply (`maxResponseSize`), and not how many wait: of blank lines, which answer nothing, it passes over one
 * in each turn of the event loop, while thirty thousand come with each read. A server that sends them without end would fill the memory of this
 * process within seconds, and be it over a connection that lies idle.
 */
export function boundReplies(): void {
  const conversation = SMTPConnection.prototype as unknown as Conversation;
  const read = conversation._onData;
  conversation._onData = function (chunk) {
    read.call(this, chunk);
    if (this._responseQueue.length > MAX_WAITING) this._onResponseTooLarge();
  };
}
