/** C0 but for tab and line feed, DEL, C1, and what turns the direction of a line: a terminal acts on them instead of showing them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text that may hold what strangers wrote (names, replies of servers), for a terminal: what would steer it is shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
