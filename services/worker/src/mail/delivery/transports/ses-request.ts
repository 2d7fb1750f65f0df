import type { SESv2Client, SendEmailCommand, SendEmailCommandOutput } from '@aws-sdk/client-sesv2';

/**
 * How far a mail got: `unmade` while nodemailer composes it, `unsent` while the SDK loads credentials and signs, `withheld` when
 * it was ready and was not to go, `sent` as soon as SES may have the first byte.
 */
export type RequestStage = 'unmade' | 'unsent' | 'withheld' | 'sent';

/**
 * The client that nodemailer is handed for one mail. Only here can be seen how far the mail got when something failed, and
 * only here can its signal reach the SDK: nodemailer passes none on.
 */
export class SesRequest {
  readonly #client: SESv2Client;
  readonly #signal: AbortSignal;
  readonly #before: () => Promise<void>;
  #stage: RequestStage = 'unmade';

  /** @param before awaited when the request is signed, right before its first byte; when it rejects the request is withheld */
  constructor(client: SESv2Client, signal: AbortSignal, before: () => Promise<void>) {
    this.#client = client;
    this.#before = before;
    this.#signal = signal;
  }

  get stage(): RequestStage {
    return this.#stage;
  }

  /** Ends when the signal is aborted, whatever the SDK is waiting for: its credentials know no signal. */
  async send(command: SendEmailCommand): Promise<SendEmailCommandOutput> {
    this.#stage = 'unsent';
    const signal = this.#signal;
    command.middlewareStack.add(
      (next) => async (request) => {
        signal.throwIfAborted();
        await this.#mayGo();
        // What was cut off while it waited must not go out after its outcome has been reported.
        signal.throwIfAborted();
        this.#stage = 'sent';
        return next(request);
      },
      // The step after the signature, and last in it: next is the HTTP handler.
      { step: 'deserialize', priority: 'low', name: 'noteThatItIsSent' },
    );
    const cutOff = Promise.withResolvers<never>();
    const abort = (): void => cutOff.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([this.#client.send(command, { abortSignal: signal }), cutOff.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #mayGo(): Promise<void> {
    try {
      await this.#before();
    } catch (error) {
      this.#stage = 'withheld';
      throw error;
    }
  }
}
