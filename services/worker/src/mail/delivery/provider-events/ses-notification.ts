import { z } from 'zod';
import type { Notice } from './notice.ts';

/**
 * SES keeps 10 KB of headers and sends to 50 recipients at most. Checking what is beyond, each entry with an issue of its own, would hold
 * the worker up for seconds.
 */
const MAX_ENTRIES = 1_000;

function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z.preprocess((list) => (Array.isArray(list) ? list.slice(0, MAX_ENTRIES) : list), z.array(entry).default([]));
}

/** A bounce or complaint names the address and, for a person's eyes, says why. */
const recipients = listOf(z.object({ emailAddress: z.string() }));

const mail = z.object({
  messageId: z.string(),
  headers: listOf(z.object({ name: z.string(), value: z.string().optional() })),
});

const notification = z.object({
  // "Notifications" say notificationType, "event publishing" says eventType; what they hold is the same.
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail,
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().default(''),
      feedbackId: z.string(),
      bouncedRecipients: listOf(
        z.object({ emailAddress: z.string(), status: z.string().optional(), diagnosticCode: z.string().optional() }),
      ),
    })
    .optional(),
  complaint: z
    .object({ feedbackId: z.string(), complaintFeedbackType: z.string().optional(), complainedRecipients: recipients })
    .optional(),
  reject: z.object({ reason: z.string().default('') }).optional(),
});

/** Bounces of the content, whoever it was for (SES developer guide, "Bounce types"). */
const OF_THE_MAIL = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);

/** A person says that the mail was taken for spam by mistake: the opposite of a complaint (RFC 6430). */
const NOT_SPAM = 'not-spam';

/** What a provider says became of a mail it had taken. */
export interface ProviderEvent {
  kind: 'delivered' | 'hard-bounce' | 'soft-bounce' | 'complaint' | 'rejected';
  /** The provider's own id of the mail, where it has one. */
  providerMessageId: string | undefined;
  /** The Message-ID that we gave it, where the notice has it. */
  messageId: string | undefined;
  /** The notice's id, for people. */
  noticeId: string;
  addresses: string[];
  reason: string;
}

export class NotAnSesNotificationError extends Error {
  override name = 'NotAnSesNotificationError';
}

/**
 * Reads a message of the queue that an SNS topic of SES feeds (Amazon SES developer guide,
 * "Notification contents"). Undefined for an event that changes nothing (Send, Open, DeliveryDelay, an automatic answer, "not spam" …).
 *
 * @throws NotAnSesNotificationError
 */
export function readSesNotification({ inner, text }: Notice): ProviderEvent | undefined {
  if (inner === undefined) {
    throw new NotAnSesNotificationError(`the body is not JSON, or nested too deep (${text.length} characters)`);
  }
  const parsed = notification.safeParse(inner);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new NotAnSesNotificationError(`not an SES notification: /${issue?.path.join('/')}: ${issue?.message}`);
  }
  const { data } = parsed;
  const type = data.notificationType ?? data.eventType ?? '';
  const base = {
    providerMessageId: data.mail.messageId,
    messageId: data.mail.headers.find(({ name }) => name.toLowerCase() === 'message-id')?.value,
    noticeId: data.mail.messageId,
    addresses: [],
  };
  if (type === 'Delivery') return { ...base, kind: 'delivered', reason: 'SES: delivered' };
  if (type === 'Reject') return { ...base, kind: 'rejected', reason: `SES rejected it: ${data.reject?.reason ?? ''}` };
  if (type === 'Bounce' && data.bounce) {
    const { bounceType, bounceSubType, feedbackId, bouncedRecipients } = data.bounce;
    // What SES calls so may be an automatic answer (out of office) to a mail that arrived: no news of it.
    if (bounceType === 'Transient' && bounceSubType === 'General') return undefined;
    const { status, diagnosticCode } = bouncedRecipients[0] ?? {};
    const code = [status, diagnosticCode].filter((said) => said !== undefined).join(' ') || 'no diagnostic code';
    const reason = `${bounceType} ${bounceSubType}: ${code}`;
    if (bounceType === 'Transient' && OF_THE_MAIL.has(bounceSubType)) return { ...base, kind: 'rejected', reason };
    return {
      ...base,
      // Undetermined is what SES calls a bounce whose message it could not read: not proof enough to suppress at once.
      kind: bounceType === 'Permanent' ? 'hard-bounce' : 'soft-bounce',
      noticeId: feedbackId,
      addresses: bouncedRecipients.map(({ emailAddress }) => emailAddress),
      reason,
    };
  }
  if (type === 'Complaint' && data.complaint) {
    const { feedbackId, complaintFeedbackType, complainedRecipients } = data.complaint;
    if (complaintFeedbackType?.toLowerCase() === NOT_SPAM) return undefined;
    return {
      ...base,
      kind: 'complaint',
      noticeId: feedbackId,
      addresses: complainedRecipients.map(({ emailAddress }) => emailAddress),
      reason: `complaint: ${complaintFeedbackType ?? 'no type given'}`,
    };
  }
  return undefined;
}
