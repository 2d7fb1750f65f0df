import { type FieldFault, MADE_UP } from './problem.ts';

/**
 * What a problem repeats of a request is bounded, whoever makes it: a body of 16 KB can have thousands of faults, and a
 * pointer as long as the body for each.
 */
const MAX_FAULTS = 100;
const MAX_BYTES = 8_192;
const MAX_POINTER = 256;
const MAX_NAME = 100;
export const MAX_DETAIL = 500;

/** The first faults, at most 100 and 8 KB of JSON, and at least one. */
export function boundFaults(faults: readonly FieldFault[]): FieldFault[] {
  const bounded: FieldFault[] = [];
  let bytes = 0;
  for (const fault of faults.slice(0, MAX_FAULTS)) {
    const short = shorten(fault);
    bytes += Buffer.byteLength(JSON.stringify(short));
    if (bytes > MAX_BYTES && bounded.length > 0) break;
    bounded.push(short);
  }
  return bounded;
}

function shorten({ pointer, parameter, detail, [MADE_UP]: madeUp }: FieldFault): FieldFault {
  return {
    ...(madeUp && { [MADE_UP]: madeUp }),
    ...(pointer === undefined ? {} : { pointer: nearest(pointer) }),
    ...(parameter === undefined ? {} : { parameter: parameter.slice(0, MAX_NAME) }),
    detail: detail.slice(0, MAX_DETAIL),
  };
}

/** A pointer that is too long becomes that of the nearest thing around it, which is a whole pointer again. */
function nearest(pointer: string): string {
  if (pointer.length <= MAX_POINTER) return pointer;
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/', MAX_POINTER)));
}
