import { addressBlock, addressSite } from '../../http/read-address.ts';

/** Who waits of one site, by client; whose turn is next comes first. */
type Lanes<Waiter> = Map<string, Waiter[]>;

/**
 * Who waits, in lanes: one a client. Sites take turns and in each its clients, so that a thousand of one client hold another back by one, and so do
 * those of a site that has 65,536 networks of IPv6 to come from. Whoever has no address (a command) is a client as well.
 */
export class Turns<Waiter> {
  /** Whose turn is next comes first. */
  readonly #sites = new Map<string, Lanes<Waiter>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(address: string, waiter: Waiter): void {
    const [site, client] = [addressSite(address), addressBlock(address)];
    const lanes = this.#sites.get(site) ?? new Map<string, Waiter[]>();
    const lane = lanes.get(client) ?? [];
    lane.push(waiter);
    this.#sites.set(site, lanes.set(client, lane));
    this.#length += 1;
  }

  /** Takes out whose turn it is; the site and the client come last from now on. */
  next(): Waiter | undefined {
    const [first] = this.#sites;
    const [lane] = first?.[1] ?? [];
    if (!first || !lane) return undefined;
    const [site, lanes] = first;
    const [client, waiters] = lane;
    const waiter = waiters.shift();
    this.#sites.delete(site);
    lanes.delete(client);
    if (waiters.length > 0) lanes.set(client, waiters);
    if (lanes.size > 0) this.#sites.set(site, lanes);
    this.#length -= 1;
    return waiter;
  }

  /**
   * Takes out who makes room for a newcomer: the last one of the site that holds most, and there of the client that does. Undefined where the newcomer's
   * own would hold as many then.
   */
  giveUp(address: string): Waiter | undefined {
    const own = addressSite(address);
    const [largest, count] = most(this.#sites, held);
    const ofAnother = count > held(this.#sites.get(own) ?? new Map()) + 1;
    const lanes = this.#sites.get(ofAnother ? largest : own);
    if (!lanes) return undefined;
    const [client, length] = most(lanes, (lane) => lane.length);
    const lane = lanes.get(client) ?? [];
    if (!ofAnother && length <= (lanes.get(addressBlock(address))?.length ?? 0) + 1) return undefined;
    const waiter = lane.pop();
    if (lane.length === 0) lanes.delete(client);
    this.#length -= 1;
    return waiter;
  }
}

function held(lanes: Lanes<unknown>): number {
  let count = 0;
  for (const lane of lanes.values()) count += lane.length;
  return count;
}

/** Of those that have most the one whose turn comes last, and how many. */
function most<Of>(all: ReadonlyMap<string, Of>, countOf: (one: Of) => number): [name: string, count: number] {
  let found: [string, number] = ['', 0];
  for (const [name, one] of all) {
    const count = countOf(one);
    if (count >= found[1]) found = [name, count];
  }
  return found;
}
