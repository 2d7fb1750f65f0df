import { type Transaction, toDate } from '@postern/runtime';
import type { Knex } from 'knex';
import { type SuppressionCause, WEIGHT } from './suppression-causes.ts';

/** From the hash that a recipient was known by to the one that they are known by from now on. */
export interface Move {
  was: Buffer;
  is: Buffer;
}

/** Mails that one statement changes: an address may have many, and a statement has seconds. */
const BATCH = 1_000;

/** All that a recipient has under one hash comes under the other. Where a worker has had the new key before, both may have a row: what says more stays. */
export async function moveRecipient({ sql }: Transaction, move: Move): Promise<void> {
  const { was, is } = move;
  await moveSuppression(sql, move);
  await moveRows<{ at: unknown; taken_back_at: unknown }>(sql, ['mail_opt_outs', 'mail'], move, (row, other) => {
    const lastWanted = ({ at, taken_back_at }: typeof row) => toDate(taken_back_at ?? at) as Date;
    return lastWanted(row) > lastWanted(other);
  });
  await moveRows(sql, ['soft_bounces', 'notice_id'], move, () => false);
  await sql('suppression_audit').where({ recipient_hash: was }).update({ recipient_hash: is });
  for (let moved = BATCH; moved === BATCH; ) {
    const ids: Buffer[] = await sql('mails').where({ recipient_hash: was }).limit(BATCH).pluck('id');
    moved = await sql('mails').whereIn('id', ids).update({ recipient_hash: is });
  }
}

async function moveSuppression(sql: Knex.Transaction, { was, is }: Move): Promise<void> {
  type Row = { cause: SuppressionCause; address: string | null };
  const list = (recipient_hash: Buffer) => sql('suppressions').where({ recipient_hash });
  const [row, other]: (Row | undefined)[] = [await list(was).first(), await list(is).first()];
  if (row && other) {
    await list(WEIGHT[row.cause] > WEIGHT[other.cause] ? is : was).del();
    // By the address they are found again.
    const either = { address: row.address ?? other.address };
    await sql('suppressions').whereIn('recipient_hash', [was, is]).update(either);
  }
  await list(was).update({ recipient_hash: is });
}

/** Rows of a table whose primary key is the hash and one column more. */
async function moveRows<Row>(
  sql: Knex.Transaction,
  [table, column]: readonly [table: string, column: string],
  { was, is }: Move,
  saysMore: (row: Row, other: Row) => boolean,
): Promise<void> {
  for (const row of await sql(table).where({ recipient_hash: was })) {
    const of = (recipient_hash: Buffer) => sql(table).where({ recipient_hash, [column]: row[column] });
    const other: Row | undefined = await of(is).first();
    if (other) await of(saysMore(row, other) ? is : was).del();
    await of(was).update({ recipient_hash: is });
  }
}
