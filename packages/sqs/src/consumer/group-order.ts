import type { Delivery } from './delivery.ts';

/** Keeps the order inside each group of a FIFO queue: of those received together, one at a time may run. */
export class GroupOrder {
  readonly #groups = new Map<string, Delivery[]>();

  /** Puts a delivery at the end of its group. True when it is at its head and may run. */
  admit(delivery: Delivery): boolean {
    const group = delivery.groupId ?? '';
    const line = this.#groups.get(group);
    if (line) {
      line.push(delivery);
      return false;
    }
    this.#groups.set(group, [delivery]);
    return true;
  }

  /** The head of the group succeeded: the one behind it, which may run now. */
  next(done: Delivery): Delivery | undefined {
    const group = done.groupId ?? '';
    const line = this.#groups.get(group);
    if (line?.[0] !== done) return undefined;
    line.shift();
    const next = line.find((delivery) => !delivery.settled);
    if (!next) this.#groups.delete(group);
    else line.splice(0, line.indexOf(next));
    return next;
  }

  /** One of the group failed or its lease was lost: all behind it, which may not run before it. They are out of the group then. */
  drop(failed: Delivery): Delivery[] {
    const group = failed.groupId ?? '';
    const line = this.#groups.get(group);
    const place = line?.indexOf(failed) ?? -1;
    if (!line || place === -1) return [];
    const behind = line.splice(place).slice(1);
    if (line.length === 0) this.#groups.delete(group);
    return behind.filter((delivery) => !delivery.settled);
  }
}
