/** A bug that is put into a service when it is started for an experiment, to see that the experiment notices. */
interface Plant {
  /** For the command line: kebab-case. */
  name: string;
  /** How the path of the source ends. */
  file: string;
  /** Occurs once in it. */
  find: string;
  replace: string;
  /** The experiments that have to fail with it. */
  caughtBy: readonly string[];
}

/** Each experiment is failed by at least one of them. */
export const plants: readonly Plant[] = [
  {
    name: 'row-deleted-before-it-is-sent',
    file: 'durable/src/outbox/outbox-publisher.ts',
    find: 'await this.#sender.send(row.queue, row.message, { isWanted });',
    replace: 'await this.#store.remove([row.id]); await this.#sender.send(row.queue, row.message, { isWanted });',
    caughtBy: ['gateway-kills'],
  },
  {
    name: 'accepted-before-it-is-sent',
    file: 'mail/delivery/mail-delivery.ts',
    find: 'let entry = sending;',
    replace: "await this.#tools.ledger.accepted(sending, 'planted', undefined); let entry = sending;",
    caughtBy: ['worker-kills'],
  },
  {
    name: 'nobody-sweeps',
    file: 'durable/src/outbox/outbox.ts',
    find: 'this.#sweeper.start();',
    replace: '',
    caughtBy: ['random-faults'],
  },
  {
    name: 'every-event-is-another-mail',
    file: 'mail/delivery/ledger/mail-identity.ts',
    find: '.update(key).digest()',
    replace: '.update(key + Math.random()).digest()',
    caughtBy: ['swallowed-replies', 'repeated-messages', 'frozen-replicas'],
  },
  {
    name: 'no-answer-is-kept-for-a-key',
    file: 'http/idempotency/idempotency-store.ts',
    find: "return { state: 'answered', reply: row.reply };",
    replace: "return { state: 'claimed', claim: row.claim };",
    caughtBy: ['cut-commits'],
  },
  {
    name: 'unknown-outcome-is-none',
    file: 'http/problem-mapper.ts',
    find: 'return OutcomeUnknown.error(',
    replace: 'return Unavailable.error(',
    caughtBy: ['cut-commits'],
  },
  {
    name: 'outage-is-an-internal-error',
    file: 'http/problem-mapper.ts',
    find: 'if (unknown || isUnavailable(error) || isRetryable(error)) {',
    replace: 'if (unknown || isRetryable(error)) {',
    caughtBy: ['database-outages', 'full-disks'],
  },
  {
    name: 'lost-answers-are-theft',
    file: 'sessions/refreshing.ts',
    find: 'if (presented !== generation - 1 || receivedGeneration >= generation) return undefined;',
    replace: 'if (presented !== generation) return undefined;',
    caughtBy: ['database-outages'],
  },
  {
    name: 'queue-decides-readiness',
    file: '/health.ts',
    find: 'addDetail(name: string, check: () => Promise<void>): void {',
    replace: 'addDetail(name: string, check: () => Promise<void>): void { this.addReadiness(name, check);',
    caughtBy: ['sqs-outages'],
  },
  {
    name: 'no-drain',
    file: '/shutdown.ts',
    find: 'let clean = true;',
    replace: 'process.exit(0); let clean = true;',
    caughtBy: ['rolling-restarts'],
  },
  {
    name: 'sessions-outlive-their-root-key',
    file: 'sessions/root-replacement.ts',
    find: 'const of = await this.sessions();',
    replace: 'const of = await this.sessions(); if (of >= 0) return;',
    caughtBy: ['set-back-databases'],
  },
  {
    name: 'groups-do-not-wait',
    file: 'consumer/group-order.ts',
    find: 'line.push(delivery);\n      return false;',
    replace: 'line.push(delivery);\n      return true;',
    caughtBy: ['fifo-order'],
  },
  {
    name: 'host-clock-rules-leases',
    file: 'database/database-clock.ts',
    find: 'return new Date(this.#epoch + this.monotonic());',
    replace: 'return new Date();',
    caughtBy: ['wrong-clocks'],
  },
  {
    name: 'nothing-is-given-up',
    file: 'retry/give-up.ts',
    find: 'if (error instanceof PermanentError) return error.reason;',
    replace: '',
    caughtBy: ['poison'],
  },
  {
    name: 'deaf-readers-end-the-process',
    file: 'service/run-main.ts',
    find: "stream.on('error', () => undefined);",
    replace: "stream.on('error', () => process.exit(1));",
    caughtBy: ['deaf-logs'],
  },
  {
    name: 'each-try-is-another-mail',
    file: 'mail/delivery/mail-composer.ts',
    find: 'messageId: messageIdOf(id, this.#domain),',
    replace: "messageId: messageIdOf(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'), this.#domain),",
    caughtBy: ['smtp-deaths'],
  },
  {
    name: 'refusals-are-final',
    file: 'mail/delivery/transports/smtp-replies.ts',
    find: "if (code < 500) return { kind: 'retry', reason,",
    replace: "if (code < 500) return { kind: 'fail', reason }; if (code < 500) return { kind: 'retry', reason,",
    caughtBy: ['smtp-faults'],
  },
  {
    name: 'deadlocks-are-errors-like-others',
    file: 'database/dialect.ts',
    find: "return ISOLATION_ERRORS.has(code) || code.startsWith('SQLITE_BUSY') || ISOLATION_NUMBERS.has(errno as number);",
    replace: "return code.startsWith('SQLITE_BUSY') && errno === undefined;",
    caughtBy: ['deadlock-storm'],
  },
  {
    name: 'every-look-is-at-everything',
    file: 'outbox/outbox-sweeper.ts',
    find: 'const from = full ? START : state.clean;',
    replace: 'const from = START;',
    caughtBy: ['long-transactions'],
  },
  {
    name: 'looks-lock-what-was-deleted',
    file: 'outbox/outbox-store.ts',
    find: '.offset(passed)',
    replace: '.offset(passed).forUpdate()',
    caughtBy: ['long-transactions'],
  },
  {
    name: 'headers-may-take-for-ever',
    file: 'src/http/server.ts',
    find: 'headersTimeout: 10_000,\n  requestTimeout: 20_000,',
    replace: 'headersTimeout: 0,\n  requestTimeout: 0,',
    caughtBy: ['slow-clients'],
  },
  {
    name: 'bad-requests-are-internal-errors',
    file: 'http/problem-mapper.ts',
    find: 'const refusal = refusalOf(error);',
    replace: 'const refusal = undefined;',
    caughtBy: ['fuzz'],
  },
  {
    name: 'proofs-are-never-void',
    file: 'users/user-store.ts',
    find: ' && now.credentialVersion === read.credentialVersion',
    replace: '',
    caughtBy: ['credential-races'],
  },
  {
    name: 'admins-are-not-locked',
    file: 'roles/sql-role-store.ts',
    find: '.forUpdate()\n      .select(',
    replace: '.select(',
    caughtBy: ['credential-races'],
  },
  {
    name: 'migrations-trust-that-nothing-was-done',
    file: 'database/open-database.ts',
    find: 'passOverDone: true',
    replace: 'passOverDone: false',
    caughtBy: ['rolling-upgrades'],
  },
  {
    name: 'another-envelope',
    file: 'events/src/envelope-mac.ts',
    find: "'postern/envelope\\0'",
    replace: "'postern/envelope/2\\0'",
    caughtBy: ['rolling-upgrades'],
  },
  {
    name: 'letters-without-reasons',
    file: 'dead-letters/dead-letter-format.ts',
    find: "[DEAD.reason]: toSqsText(cause.reason, NAME_BYTES) || 'no-reason',",
    replace: "[DEAD.reason]: 'unknown',",
    caughtBy: ['poison'],
  },
  {
    name: 'dead-senders-have-no-heirs',
    file: 'mail/delivery/mailer.ts',
    find: "if (entry.state === 'sending') return this.#delivery.orphaned(entry, this.#policyOf(entry));",
    replace: "if (entry.state === 'sending') return;",
    caughtBy: ['worker-fleet'],
  },
];
