import { Fault } from '../fault.ts';
import type { PartName } from '../playground/options.ts';
import type { Json } from './json-schema.ts';

/** What has to run for it: a gateway serves without a queue. */
export const DESCRIBING: readonly PartName[] = ['gateway'];

/** The description of a gateway that runs. @throws Fault where it has none to give: nothing else may be recorded in its place */
export async function describedApi(gateway: string): Promise<Json> {
  const answer = await fetch(`${gateway}/openapi.json`);
  if (!answer.ok) throw new Fault(`${gateway}/openapi.json answered ${answer.status}; nothing was recorded.`);
  return answer.json();
}
