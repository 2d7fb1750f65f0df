import { readStoredAddress } from '@postern/events';
import { bytesToId, type Sql } from '@postern/runtime';

/** Who has this address, or has asked for an account with it, by their ids; nobody for what is no address. */
export async function peopleOf({ sql }: Sql, text: string): Promise<string[]> {
  const { address: email } = readStoredAddress(text);
  if (email === undefined) return [];
  const found: Buffer[][] = await Promise.all(
    ['users', 'sign_ups'].map((table) => sql(table).where({ email }).pluck('id')),
  );
  return [...new Set(found.flat().map((id) => bytesToId(Buffer.from(id))))];
}
