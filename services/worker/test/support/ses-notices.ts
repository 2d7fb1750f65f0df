import { randomUUID } from 'node:crypto';

export const ADDRESS = 'ann@example.com';
/** Where Ann's mail ends up, which is not where we sent it. */
export const FORWARDED_TO = 'ann@forwarded.example';

/** Notifications of SES, as its queue carries them, about the mail that was read last. */
export function sesNotices(lastMessageId: () => string) {
  function notification(type: string, details: Record<string, unknown> = {}): string {
    const value = lastMessageId();
    return JSON.stringify({
      notificationType: type,
      mail: { messageId: `ses-${value}`, headers: [{ name: 'Message-ID', value }] },
      ...details,
    });
  }

  function bounce(
    bounceType: string,
    feedbackId: string = randomUUID(),
    emailAddress = ADDRESS,
    bounceSubType = bounceType === 'Transient' ? 'MailboxFull' : 'General',
    said = `smtp; 550 5.1.1 <${emailAddress}> unknown`,
  ): string {
    const bouncedRecipients = [{ emailAddress, diagnosticCode: said }];
    return notification('Bounce', { bounce: { bounceType, bounceSubType, feedbackId, bouncedRecipients } });
  }

  function complaint(complaintFeedbackType = 'abuse', emailAddress = ADDRESS): string {
    return notification('Complaint', {
      complaint: { feedbackId: randomUUID(), complaintFeedbackType, complainedRecipients: [{ emailAddress }] },
    });
  }

  return { notification, bounce, complaint };
}
