import type { SendMailOptions } from 'nodemailer';

/** A mail made ready, as nodemailer takes it; its envelope has one recipient. */
export type ComposedMail = SendMailOptions & {
  messageId: string;
  envelope: { from: string; to: string };
};

/**
 * A refusal that does not say for certain whom it blames. `policy`: words or a code of relaying, authentication, our sender or
 * reputation. `bare`: most likely of the recipient, also "user unknown" without a code. Many of either in a row are the provider's
 * fault; a bare one on several days is most likely the recipient's.
 */
export type Refusal = 'policy' | 'bare';

/**
 * What came of a try. All but `accepted` and `unknown` are definite: the provider does not have the mail.
 * `reason` is for the history and never holds an address.
 */
export type Outcome =
  | { kind: 'accepted'; reason: string; providerMessageId?: string }
  /** Another try may do. `elsewhere`: another provider may do now. `unasked`: it was not asked, or not offered the body. */
  | { kind: 'retry'; reason: string; elsewhere: boolean; unasked?: boolean }
  /** The provider cannot be used at the moment, whatever the mail. `refused`: it does not know or want us. */
  | { kind: 'provider-down'; reason: string; refused: boolean }
  /** There is no such recipient, as a code of its mailbox says. Many in a row are the provider's fault all the same. */
  | { kind: 'suppress'; reason: string }
  /** The mail will not be taken. Without a `refusal` it is the mail's own fault: nobody else's is refused for it. */
  | { kind: 'fail'; reason: string; refusal?: Refusal }
  /** The body was read from when the connection broke: nobody knows. */
  | { kind: 'unknown'; reason: string };

export interface TryOptions {
  /** Aborted when the try has to end. */
  signal: AbortSignal;
  /**
   * Awaited right before the provider can get the first byte of the body, with the body ready to be written, maybe more than
   * once. When it rejects the mail is not handed over, and the outcome is a `retry`.
   */
  beforeBody: () => Promise<void>;
}

/**
 * A way to hand mails over. One file a kind of provider; `open-transport.ts` lists them by URL scheme. What a reply means
 * is the transport's to say, because only it knows its provider's language.
 */
export abstract class MailTransport {
  /** For the ledger, the metrics and the breaker: `smtp`, `fallback`. */
  abstract readonly name: string;
  /** How many mails it works on at a time. */
  abstract readonly concurrency: number;
  /** Past it a try has ended, or has come to its body, in milliseconds: the ledger's lease has to be longer. */
  abstract readonly longestTryMs: number;
  /** How long the provider has from there on for its answer, in milliseconds; undefined where it is part of the try. */
  readonly longestAnswerMs: number | undefined = undefined;
  /** Tries once. Never throws: an error is an outcome. When the signal is aborted the try ends soon. */
  abstract send(mail: ComposedMail, options: TryOptions): Promise<Outcome>;
  /** Connects and signs in, without a mail. Throws when that fails. */
  abstract verify(): Promise<void>;
  /** Ends connections; mails under way are cut off. */
  abstract close(): Promise<void>;
}
