/** Imported before a process's own code (`shiftedHost`): its `Date` is off as that of a host whose clock is wrong. */
const shift = Number(process.env.SHIFT_DATE_MS);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    // Like `Date` itself: without arguments it is the present.
    super(...((given.length === 0 ? [RealDate.now() + shift] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shift;
  }
} as DateConstructor;
