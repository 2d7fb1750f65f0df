/** Where the load goes: a running playground or any deployment with a Mailpit-like inbox. Never a stranger's host. */
export const gateway = __ENV.GATEWAY_URL || 'http://127.0.0.1:3000';
export const inbox = __ENV.INBOX_URL || 'http://127.0.0.1:8025';

/** Sets one run's people apart from another's in the same inbox. */
export const run = __ENV.RUN_ID || Date.now().toString(36);
