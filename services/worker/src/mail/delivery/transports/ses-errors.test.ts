import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './ses-errors.ts';

interface Facts {
  code?: string;
  syscall?: string;
  status?: number;
  errors?: unknown[];
}

/** An error as the SDK throws it: named after what AWS answered, with the status in its metadata. */
function failure(name: string, message = 'no', { status, ...facts }: Facts = {}): Error {
  const $metadata = status === undefined ? {} : { httpStatusCode: status };
  return Object.assign(new Error(message), { name, $metadata, ...facts });
}

describe('an answer of SES', () => {
  it.each([
    ['AccountSuspendedException', 400],
    ['SendingPausedException', 400],
    ['MailFromDomainNotVerifiedException', 400],
    ['NotFoundException', 404],
    ['InvalidSignatureException', 403],
    ['IncompleteSignature', 400],
    ['IncompleteSignatureException', 403],
    ['RequestExpired', 400],
    ['InvalidToken', 400],
    ['AccountSendingPausedException', 400],
    ['ConfigurationSetDoesNotExist', 400],
    ['AccessDeniedException', 403],
    ['SomethingNew', 401],
    ['SomethingNew', 403],
    ['SomethingNew', 404],
  ])('that refuses our account, identity or signature is of the provider, not the mail: %s %i', (name, status) => {
    expect(outcomeOf(failure(name, 'no', { status }), 'sent')).toMatchObject({ kind: 'provider-down', refused: true });
  });

  it.each(['Sending paused for this account', 'Sending is suspended for the configuration set'])(
    'that we may not send is of the provider, not the mail: %s',
    (message) => {
      const outcome = outcomeOf(failure('MessageRejected', message, { status: 400 }), 'sent');
      expect(outcome).toMatchObject({ kind: 'provider-down', refused: true });
    },
  );

  it('that an address is not verified is of the provider, and the history keeps no address', () => {
    const message =
      'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ann@example.com';
    expect(outcomeOf(failure('MessageRejected', message, { status: 400 }), 'sent')).toEqual({
      kind: 'provider-down',
      reason: expect.not.stringContaining('ann@'),
      refused: true,
    });
  });

  it.each([
    ['TooManyRequestsException', 429],
    ['LimitExceededException', 400],
    ['ThrottlingException', 400],
    ['Throttling', 400],
    ['RequestLimitExceeded', 400],
    ['RequestThrottledException', 400],
    ['SlowDown', 400],
    ['ConcurrentModificationException', 409],
    ['ConcurrentModificationException', 400],
    ['ConflictException', 409],
    ['InternalServiceErrorException', 400],
    ['RequestTimeoutException', 408],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
  ])('that it has too much to do is for later, perhaps elsewhere: %s %i', (name, status) => {
    expect(outcomeOf(failure(name, 'no', { status }), 'sent')).toMatchObject({ kind: 'retry', elsewhere: true });
  });

  it.each([
    ['MessageRejected', 400],
    ['BadRequestException', 400],
    ['RequestEntityTooLargeException', 413],
  ])('of any other 4xx fails the mail: %s %i', (name, status) => {
    expect(outcomeOf(failure(name, 'no', { status }), 'sent').kind).toBe('fail');
  });

  it('that is a success whose body cannot be read leaves the fate unknown', () => {
    expect(outcomeOf(failure('SyntaxError', 'Unexpected token', { status: 200 }), 'sent').kind).toBe('unknown');
  });
});

describe('a connection to SES', () => {
  it.each([
    ['no such host', failure('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
    ['nobody there', failure('Error', 'connect', { code: 'ECONNREFUSED', syscall: 'connect' })],
    ['no route', failure('Error', 'connect', { code: 'ENETUNREACH', syscall: 'connect' })],
    ['the system’s own time limit', failure('TimeoutError', 'connect', { code: 'ETIMEDOUT', syscall: 'connect' })],
    [
      'every address refused',
      failure('AggregateError', '', { code: 'ETIMEDOUT', errors: [{ syscall: 'connect' }, { code: 'ECONNREFUSED' }] }),
    ],
    ...[
      ...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    ].map((code): [string, Error] => [code, failure('Error', 'certificate', { code })]),
  ])('that never stood carried no mail: %s', (_what, error) => {
    expect(outcomeOf(error, 'sent')).toMatchObject({ kind: 'provider-down', refused: false });
  });

  it.each([
    ['a reset', failure('TimeoutError', 'read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' })],
    ['a hang-up', failure('TimeoutError', 'socket hang up', { code: 'ECONNRESET' })],
    ['a broken pipe', failure('TimeoutError', 'write EPIPE', { code: 'EPIPE', syscall: 'write' })],
    ['a lost route', failure('Error', 'read EHOSTUNREACH', { code: 'EHOSTUNREACH', syscall: 'read' })],
    ['no answer in time', failure('TimeoutError', 'exceeded the requestTimeout', { code: 'ETIMEDOUT' })],
    ['a TLS alert', failure('Error', 'SSL routines::bad record mac', { code: 'EPROTO', syscall: 'read' })],
    ['a cut at the time limit', failure('AbortError', 'Request aborted')],
    ['one address of two', failure('AggregateError', '', { errors: [{ syscall: 'connect' }, { syscall: 'read' }] })],
  ])('that broke later leaves the fate unknown: %s', (_what, error) => {
    expect(outcomeOf(error, 'sent').kind).toBe('unknown');
  });
});

describe('an error before the request was sent', () => {
  it.each([
    ['no credentials', true, failure('CredentialsProviderError', 'Could not load credentials from any providers')],
    ['no region', true, failure('Error', 'Region is missing')],
    ['a role that is refused', true, failure('AccessDenied', 'no', { status: 403 })],
    ['STS that is down', false, failure('InternalFailure', 'no', { status: 500 })],
    ['STS that is not reached', false, failure('Error', 'connect', { code: 'ECONNREFUSED', syscall: 'connect' })],
    ['the time limit', false, failure('AbortError', 'Request aborted')],
  ])('is of the provider: %s (refused: %s)', (_what, refused, error) => {
    expect(outcomeOf(error, 'unsent')).toMatchObject({ kind: 'provider-down', refused });
  });

  it('is never one of an unknown fate, nor does it fail the mail', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }), (name, status) => {
        const error = failure(name, 'no', status === undefined ? {} : { status });
        return outcomeOf(error, 'unsent').kind === 'provider-down' && outcomeOf(error, 'unmade').kind === 'retry';
      }),
    );
  });
});
