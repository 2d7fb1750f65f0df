/** Something that happened to what is traced, or that is still to happen. */
export interface Moment {
  /** When it happened; for what has not, since when it waits. */
  at: Date;
  /** What of it: `request`, `outbox`, `handled`, `listener`, `job`, `mail`, `suppression`. */
  part: string;
  /** In words, without an address. */
  what: string;
  /** Ids that lead on: `trace` takes each of them. */
  ids: Record<string, string>;
  /** It has not happened yet. */
  waits?: boolean;
}

/** An id as people paste it. */
export interface TracedId {
  text: string;
  /** Of a UUID or a trace's id, in either spelling; undefined for anything else, such as a provider's id. */
  uuid: string | undefined;
}

const SIXTEEN_BYTES = /^[0-9a-f]{32}$/;

export function readTracedId(text: string): TracedId {
  const hex = text.toLowerCase().replaceAll('-', '');
  if (!SIXTEEN_BYTES.test(hex)) return { text, uuid: undefined };
  return { text, uuid: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}
