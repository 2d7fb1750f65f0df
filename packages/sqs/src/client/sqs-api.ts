import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';

/** Limits of SQS (Developer Guide, "Amazon SQS message quotas", 2025-08: messages grew from 256 KiB to 1 MiB). */
export const SQS_LIMITS = {
  /** Entries of one batch request, and messages of one receive. */
  batchEntries: 10,
  /** Bytes of one message with its attributes, and of one batch in all. */
  bytes: 1_048_576,
  /** A request is billed once for each this many bytes. */
  billedBytes: 65_536,
  attributes: 10,
  delaySeconds: 900,
  visibilitySeconds: 43_200,
  waitSeconds: 20,
} as const;

export interface SendEntry {
  body: string;
  attributes: Record<string, MessageAttributeValue>;
  delaySeconds?: number;
  groupId?: string;
  deduplicationId?: string;
}

export interface ReceiveOptions {
  /** 1 to 10. */
  max: number;
  waitSeconds: number;
  visibilitySeconds: number;
  signal?: AbortSignal;
}

/** One entry that a batch call did not do. The others of the batch were done. */
export interface BatchFailure {
  /** Place of the entry in the request. */
  index: number;
  /** SQS's own: what it means for a repetition says `call-faults.ts`. */
  code: string;
  message: string;
}

/**
 * The five calls the engine makes, as a port: the SDK is behind it in production, an SQS in memory with a virtual clock
 * in tests of users. Batches take 1 to 10 entries and return what failed; a call that failed as a whole throws.
 */
export abstract class SqsApi {
  abstract receive(url: string, options: ReceiveOptions): Promise<Message[]>;
  abstract sendBatch(url: string, entries: readonly SendEntry[]): Promise<BatchFailure[]>;
  abstract deleteBatch(url: string, receipts: readonly string[]): Promise<BatchFailure[]>;
  abstract changeVisibilityBatch(
    url: string,
    entries: readonly { receipt: string; seconds: number }[],
  ): Promise<BatchFailure[]>;
  /** Messages in the queue now, about: waiting, being worked on, delayed. */
  abstract depth(url: string): Promise<{ visible: number; inFlight: number; delayed: number }>;
}
