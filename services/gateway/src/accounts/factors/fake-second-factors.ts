import type { Sql } from '@postern/runtime';
import { NoSecondFactors } from './no-second-factors.ts';

/** The second factors of a test, which are asked for and never shown. */
export class FakeSecondFactors extends NoSecondFactors {
  override readonly offered = true;
  readonly people = new Map<string, Date>();

  override async since(_db?: Sql, userId = ''): Promise<Date | null> {
    return this.people.get(userId) ?? null;
  }
}
