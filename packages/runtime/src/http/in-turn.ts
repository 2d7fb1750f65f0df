import { AsyncResource } from 'node:async_hooks';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on one connection. A client sends one after the other, a load test a handful together; thousands fit into what is read at once. */
const MOST_WAITING = 32;

/**
 * The same listener, called for one request of a connection after the other: each once the answer before it has left, as nginx and Go
 * do. Node calls it for all that have arrived. Whoever sends many in one go and reads nothing would have every one worked on and its
 * answer kept; those that change something would run side by side, which RFC 9112, 9.3.2 allows for safe methods alone; and what
 * follows an answer that closes the connection would be carried out all the same (9.6).
 *
 * Nothing is read from a connection on which a request waits, and one on which more than 32 do is cut off.
 */
export function inTurn(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: number): number => {
    const now = (waiting.get(socket) ?? 0) + by;
    waiting.set(socket, now);
    return now;
  };
  return (request, response) => {
    // An answer gets its socket when those before it have left.
    if (response.socket !== null) {
      listener(request, response);
      return;
    }
    const { socket } = request;
    if (count(socket, 1) > MOST_WAITING) {
      socket.destroy();
      return;
    }
    // Not before the parser has done with what there is: it reads on at the end of each request.
    process.nextTick(() => {
      if (count(socket, 0) > 0) socket.pause();
    });
    // Its turn comes in the middle of the work on the one before, whose span it must not take for its own.
    const arrival = new AsyncResource('RequestInTurn');
    response.on('socket', () => {
      if (count(socket, -1) === 0) socket.resume();
      // Node goes on with handing over the socket, and would finish an answer that is there by then a second time.
      process.nextTick(() => arrival.runInAsyncScope(listener, undefined, request, response));
    });
  };
}
