import { expect, it } from 'vitest';
import { recordOf } from './message-contracts.ts';
import { Records } from './records.ts';
import { releasedMessages } from './released-messages.ts';

// Not copied into new products, whose record is made when they release something.

it('every message is recorded as it is, so that the first record of a new product has its own changes alone; `postern contracts:record` records them', async () => {
  const recorded = new Records().messages();
  for (const definition of await releasedMessages()) {
    const { type, version } = definition;
    const record = recorded.find((each) => each.type === type && each.version === version);
    expect(record, `${type}, version ${version}`).toEqual(recordOf(definition, record));
  }
});
