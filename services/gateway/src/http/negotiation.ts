import { NotAcceptable } from './problems.ts';

/**
 * Refuses a request whose Accept header excludes what the route produces (RFC 9110, 12.5.1). The usual headers are
 * recognised without being parsed.
 *
 * @param produced media types of the route's answers
 * @throws ProblemError 406
 */
export function requireAcceptable(accept: string | undefined, produced: readonly string[]): void {
  if (accept === undefined || accept === '' || produced.includes(accept)) return;
  if (accept.includes('*/*') && !accept.includes('q=0')) return;
  const ranges = accept.split(',').map(readRange);
  if (produced.some((type) => weightOf(type, ranges) > 0)) return;
  throw NotAcceptable.error({ detail: `This operation produces ${produced.join(' and ')}.` });
}

/** Whether an Accept header asks for `type` rather than for `other`; false where it does not say. */
export function prefers(accept: string | undefined, type: string, other: string): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(',').map(readRange);
  return weightOf(type, ranges) > weightOf(other, ranges);
}

interface Range {
  type: string;
  weight: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.toLowerCase().split(';');
  const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  return { type: type.trim(), weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

/** The most specific range that matches decides. */
function weightOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const candidate of [type, family, '*/*']) {
    const range = ranges.find((entry) => entry.type === candidate);
    if (range) return range.weight;
  }
  return 0;
}
