import type { RequestListener } from 'node:http';

/**
 * The same listener, for requests whose client has an address. Node asks the system for it when somebody first wants to know, and the system no longer has
 * that of a client who has reset the connection right behind a request: limits would count all of those as one, and neither the audit log nor a mail would say
 * from where something was done. Nobody is there to be answered either. What was asked once is kept with the connection.
 */
export function withAddress(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.socket.remoteAddress === undefined) request.socket.destroy();
    else listener(request, response);
  };
}
