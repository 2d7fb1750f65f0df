/** Names of columns that say who a row is about: what is erased with a person is found by them. */
const SOMEBODY = /(^|_)(user|actor|subject|owner|person|account|customer|member)_id$/;

export function isPersonalColumn(name: string): boolean {
  return SOMEBODY.test(name);
}
