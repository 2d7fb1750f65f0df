export interface ReadyMessage {
  ready: true;
  /** The TCP ports the process listens on; with port 0 in its configuration these are the ones it was given. */
  ports: { http?: number; ops: number };
}

/**
 * Notifies the process that forked this one (the playground, a test) that it serves, and on which ports.
 * Without an IPC channel, as in a container, it does nothing: `/health/ready` says the same.
 */
export function announceReady(ports: ReadyMessage['ports']): void {
  process.send?.({ ready: true, ports } satisfies ReadyMessage);
}
