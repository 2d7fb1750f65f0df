/** A service that writes messages, `system/service`: the CloudEvents `source` of what it writes, which it signs with a key of its own. */
export type Writer = `${string}/${string}`;

export const GATEWAY: Writer = 'postern/gateway';
export const WORKER: Writer = 'postern/worker';
