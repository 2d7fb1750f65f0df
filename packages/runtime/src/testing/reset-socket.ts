import type { Socket } from 'node:net';

/**
 * Ends a connection by a reset. A socket that is still saying goodbye cannot be reset: Node.js (26) then neither closes it nor says so, and
 * a process that has one spins for ever instead of ending. Such a one is destroyed.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
