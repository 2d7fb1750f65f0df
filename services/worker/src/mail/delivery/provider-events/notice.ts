import { nestingOf } from '@postern/sqs';
import { z } from 'zod';

/** What SNS and SES write is nested 6 deep. A megabyte of brackets would take JSON.parse, and with it the whole worker, a second. */
const MAX_NESTING = 32;

const wrapper = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** A message of the queue that an SNS topic feeds. `undefined` stands for what is not JSON, or nested deeper than anything of theirs. */
export interface Notice {
  /** The message as it came. */
  outer: unknown;
  /** What SNS has wrapped in it; the same where it came raw. */
  inner: unknown;
  /** The text that `inner` was read from. */
  text: string;
}

/** Opens a message, wrapped by SNS or raw; each text in it is read once. Never throws. */
export function openNotice(body: string): Notice {
  const outer = parse(body);
  const wrapped = wrapper.safeParse(outer);
  if (!wrapped.success) return { outer, inner: outer, text: body };
  const text = wrapped.data.Message;
  return { outer, inner: parse(text), text };
}

function parse(text: string): unknown {
  if (nestingOf(text) > MAX_NESTING) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
