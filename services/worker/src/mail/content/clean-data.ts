/**
 * Takes out of a mail's data what could change the mail around it: line breaks (a name with one writes lines of its own
 * into the text part), control characters, halves of surrogate pairs, and the bidirectional overrides that make
 * `gpj.exe` read as `exe.jpg`. Values that hold several lines come as a list of lines.
 */
export function cleanData<Data>(data: Data): Data {
  return clean(data) as Data;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return singleLine(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clean(item)]));
  }
  return value;
}

const LINE_BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// LRE, RLE, PDF, LRO, RLO (U+202A-E) and the isolates (U+2066-9), which leak into what follows if they are not closed.
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]|\p{Noncharacter_Code_Point}/gu;

/** One line without control characters, fit for a header. */
export function singleLine(text: string): string {
  return text.toWellFormed().replace(LINE_BREAKS_AND_CONTROLS, ' ').replace(BIDI_CONTROLS, '').trim();
}
