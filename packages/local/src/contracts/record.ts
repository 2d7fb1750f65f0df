import type { MessageDefinition } from '@postern/events';
import { Fault } from '../fault.ts';
import type { Terminal } from '../terminal.ts';
import { apiBreaks, withoutProse } from './api-contract.ts';
import type { Json } from './json-schema.ts';
import { messageBreaks, recordOf } from './message-contracts.ts';
import type { Records } from './records.ts';

/**
 * Records what messages and the API are now, for later changes to be held against, and says what is recorded for the first time.
 *
 * @param catalog every message: `releasedMessages`
 * @param openApi the description of a gateway of this repository
 * @throws Fault for what breaks a record that there is, unless `breaking`; nothing is written then
 */
export function record(
  records: Records,
  catalog: readonly MessageDefinition[],
  openApi: Json,
  { breaking, terminal }: { breaking: boolean; terminal: Terminal },
): void {
  const recorded = records.messages();
  const api = withoutProse(openApi);
  const before = records.api();
  const breaks = [...messageBreaks(recorded, catalog), ...(before ? apiBreaks(before, api) : [])];
  if (breaks.length > 0 && !breaking) throw new Fault(`${breaks.join('\n')}\nNothing was recorded.`);
  for (const definition of catalog) {
    const had = recorded.find(({ type, version }) => type === definition.type && version === definition.version);
    const made = recordOf(definition, had);
    const file = records.writeMessage(made);
    if (!had) terminal.line(`  ${terminal.green('+')} ${file}`);
    if (made.payloads.length === 0) {
      terminal.line(`    ${file}: no valid data could be made up. Write some into \`payloads\`.`);
    }
  }
  if (breaking) {
    const current = new Set(catalog.map(({ type }) => type));
    for (const gone of recorded.filter(({ type }) => !current.has(type))) records.removeMessage(gone);
  }
  const had = new Set(operationsOf(before));
  for (const operation of operationsOf(api).filter((each) => !had.has(each))) {
    terminal.line(`  ${terminal.green('+')} ${operation}`);
  }
  terminal.line(`  ${records.writeApi(api)}`);
}

function operationsOf(api: Json): string[] {
  return Object.entries<Json>(api?.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
