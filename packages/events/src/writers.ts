/** A service that writes messages: the CloudEvents `source` of what it writes, which it signs with a key of its own. */
export type Writer = 'postern/gateway' | 'postern/worker';

export const GATEWAY: Writer = 'postern/gateway';
export const WORKER: Writer = 'postern/worker';
