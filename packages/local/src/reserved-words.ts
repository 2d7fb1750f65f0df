/** Words of JavaScript, by which no constant and no function is called (ECMA-262, 12.7.2). */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with let static yield implements interface package private protected public'.split(
    ' ',
  ),
);
