import { MessageRefusedError, SenderClosedError, SenderFullError } from '@postern/sqs/ports';

/** Whether a sender's error says that this message can never be sent as it is. */
export function isRefused(error: unknown): boolean {
  return error instanceof MessageRefusedError;
}

/** Whether the message never left this process: neither it nor its queue is to blame. */
export function isOwnLimit(error: unknown): boolean {
  return error instanceof SenderFullError || error instanceof SenderClosedError;
}
