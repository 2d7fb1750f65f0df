import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery } from './delivery.ts';

/** The hold on one SQS message. A frame's deliveries share one: it ends when the last of them is settled. */
export class Lease {
  readonly raw: Message;
  readonly receipt: string;
  readonly receiveCount: number;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  /** When this consumer got it. Times of day, in milliseconds since 1970, as the two before. */
  readonly receivedAt: number;
  readonly isFrame: boolean;
  deliveries: Delivery[] = [];
  /** Until when SQS keeps the message from others, by the monotonic clock. */
  deadline: number;
  /** How long it was taken or prolonged for, the last time, in milliseconds. */
  termMs: number;
  /** Receives before this one that may have been tries: all but those that only put it off. */
  tries = 0;
  /** Deliveries that are not settled. */
  outstanding = 0;
  /** A prolongation under way; deletes and releases wait for it, so that none overtakes the other. */
  extending: Promise<void> | undefined;
  /** Its last word is being said to SQS: no more prolonging. */
  ending = false;
  /** SQS may have given the message to someone else. */
  lost = false;
  /** Milliseconds until a frame comes back, when one of its entries could not be sent again; undefined = delete it. */
  releaseAfterMs: number | undefined;

  constructor(raw: Message, options: { deadline: number; termMs: number; now: number; isFrame: boolean }) {
    const { Attributes: system = {} } = raw;
    this.raw = raw;
    this.receipt = raw.ReceiptHandle ?? '';
    this.receiveCount = Number(system.ApproximateReceiveCount) || 1;
    this.sentAt = Number(system.SentTimestamp) || options.now;
    this.firstReceivedAt = Number(system.ApproximateFirstReceiveTimestamp) || options.now;
    this.receivedAt = options.now;
    this.deadline = options.deadline;
    this.termMs = options.termMs;
    this.isFrame = options.isFrame;
  }
}
