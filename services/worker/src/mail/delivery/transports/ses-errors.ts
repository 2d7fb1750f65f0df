import { errorMessage, withoutAddresses } from '@postern/runtime';
import { type ConnectionError, neverConnected } from './connection-errors.ts';
import type { Outcome } from './mail-transport.ts';
import { notHandedOver } from './not-handed-over.ts';
import type { RequestStage } from './ses-request.ts';

interface AwsError extends ConnectionError {
  name?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Errors that speak of our account, identity or request signature: no mail will do until somebody acts. Their names with
 * `Exception` at the end or without, as AWS's services do not agree on it, and by name because some come with a 400.
 */
const REFUSES_US = new Set([
  ...['AccountSuspended', 'SendingPaused', 'AccountSendingPaused', 'ConfigurationSetSendingPaused'],
  ...['MailFromDomainNotVerified', 'NotFound', 'ConfigurationSetDoesNotExist'],
  ...['AccessDenied', 'NotAuthorized', 'OptInRequired', 'UnrecognizedClient', 'InvalidClientTokenId'],
  ...['SignatureDoesNotMatch', 'InvalidSignature', 'IncompleteSignature', 'MissingAuthenticationToken'],
  ...['ExpiredToken', 'RequestExpired', 'InvalidToken', 'TokenRefreshRequired', 'SubscriptionRequired'],
]);
/** 404: the configuration set or the identity is gone. */
const REFUSED_STATUS = new Set([401, 403, 404]);
/** Sent too fast, or past the day's quota. */
const TOO_MUCH =
  /^(TooManyRequests|LimitExceeded|Throttling|Throttled|RequestThrottled|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded)$/;
/** Of the sending itself, whatever status they come with: they change before the mail does. */
const MOMENTARY =
  /^(ConcurrentModification|Conflict|InternalFailure|InternalServiceError|ServiceUnavailable|RequestTimeout)$/;
/** 408: SES could not read the request to its end. 409: it was being changed meanwhile. 425: it was too early. */
const LATER_STATUS = new Set([408, 409, 425, 429]);
/** In a MessageRejected. Our account; our sender or, in the sandbox, any recipient: the recipient is not to blame for any. */
const OF_OUR_ACCOUNT = /\bnot verified\b|\bsending\b.{0,20}\b(paused|suspended|disabled)\b/i;

/** What an error of the SESv2 API's SendEmail means (API reference: SendEmail, and "Common Errors"). */
export function outcomeOf(error: unknown, stage: RequestStage): Outcome {
  if (stage === 'withheld') return notHandedOver(error);
  const { name = '' } = error as AwsError;
  const aborted = name === 'AbortError';
  const what = aborted ? 'cut off at its time limit' : withoutAddresses(`${name}: ${errorMessage(error)}`);
  if (stage === 'unmade') return { kind: 'retry', reason: `not handed over: ${what}`, elsewhere: false, unasked: true };
  const reason = `SES ${what}`;
  if (stage === 'unsent') return { kind: 'provider-down', reason, refused: !aborted && !mayPass(error as AwsError) };
  return outcomeOfSent(error as AwsError, reason);
}

function outcomeOfSent(error: AwsError, reason: string): Outcome {
  const status = error.$metadata?.httpStatusCode;
  if (refusesUs(error)) return { kind: 'provider-down', reason, refused: true };
  if (neverConnected(error)) return { kind: 'provider-down', reason, refused: false };
  if (mayPass(error)) return { kind: 'retry', reason, elsewhere: true };
  // No answer, or one that says yes in words that cannot be read.
  if (status === undefined || status < 400) return { kind: 'unknown', reason };
  // Of this mail, or of what every mail of ours has: many in a row are the second.
  return { kind: 'fail', reason, refusal: 'policy' };
}

function refusesUs(error: AwsError): boolean {
  const kind = kindOf(error);
  if (kind === 'MessageRejected') return OF_OUR_ACCOUNT.test(errorMessage(error));
  return REFUSES_US.has(kind) || REFUSED_STATUS.has(error.$metadata?.httpStatusCode ?? 0);
}

/**
 * Whether it may work a little later without anybody's doing. What comes before the request was sent is that of the
 * SDK's credentials (STS, IMDS): without an answer they cannot be loaded, with a 4yz they are refused.
 */
function mayPass(error: AwsError): boolean {
  const status = error.$metadata?.httpStatusCode ?? 0;
  const kind = kindOf(error);
  return (
    TOO_MUCH.test(kind) || MOMENTARY.test(kind) || LATER_STATUS.has(status) || status >= 500 || neverConnected(error)
  );
}

function kindOf({ name = '' }: AwsError): string {
  return name.replace(/(Exception|Error)$/, '');
}
