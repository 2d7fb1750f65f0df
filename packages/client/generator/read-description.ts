import type { OpenApi } from './open-api.ts';

/**
 * The description of the gateway at an address: its base URL, or that of its `/openapi.json`.
 *
 * @throws Error that says what is at the address instead
 */
export async function readDescription(url: string): Promise<OpenApi> {
  if (!URL.canParse(url)) throw new Error(`"${url}" is no URL; expected a gateway's, such as http://127.0.0.1:3000`);
  const { pathname } = new URL(url);
  const address = pathname.endsWith('.json') ? url : new URL(`${pathname.replace(/\/$/, '')}/openapi.json`, url).href;
  const answer = await fetch(address).catch((error: Error) => {
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
    throw new Error(`nobody answers at ${address} (${code ?? message}); is the gateway running?`);
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${address} answered ${answer.status}; expected the OpenAPI description of a gateway`);
  const description = parsed(text);
  if (!description?.openapi) throw new Error(`what is at ${address} is no OpenAPI description`);
  return description;
}

function parsed(text: string): (OpenApi & { openapi?: string }) | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // Such as a page: its caller says so.
    return undefined;
  }
}
