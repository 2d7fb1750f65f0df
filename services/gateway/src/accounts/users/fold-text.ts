/**
 * The spelling under which texts are searched and compared: without compatibility forms, accents and case (Unicode: NFKD,
 * marks taken off, full case folding as nearly as upper and then lower case give it). "Änne", "ANNE" and "ａnne" are one. Made
 * here and not by a database, each of which has its own.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ');
}

/** What a name is found by. */
export function searchName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return foldText(`${firstName} ${lastName}`);
}

/** What an address is found by: as it is stored, and as it is shown. */
export function searchEmail(email: string, shown: string): string {
  return foldText(shown === email ? email : `${email} ${shown}`);
}
