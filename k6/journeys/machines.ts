import { call } from '../lib/call.ts';

/** What other programs read. */
export function machines(): void {
  call('getJwks', 200);
  call('getOpenIdConfiguration', 200);
  call('getAuthorizationServerMetadata', 200);
  call('getOpenApi', 200);
}
