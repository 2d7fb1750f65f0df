import type { ReceivedMail } from '../parts/smtp-sink.ts';
import type { Acknowledgements } from './acknowledgements.ts';

/** What the databases and queues have when everything has come to rest. */
export interface Remains {
  /** Addresses with a sign-up of theirs, as often as there is one. */
  signUps: readonly string[];
  /** Messages that have not left an outbox. */
  outbox: number;
  /** Messages in dead-letter queues. */
  deadLetters: number;
  /** Mails by their state in the ledger. */
  mails: Readonly<Record<string, number>>;
}

/** What was promised beside what happened. All lists are of addresses. */
export interface Audit {
  asked: number;
  acknowledged: number;
  refused: number;
  unknown: number;
  mails: number;
  /** Acknowledged, and no mail came or no sign-up is there. */
  lost: string[];
  /** A mail or a sign-up that nobody asked for, or that was refused. */
  phantom: string[];
  /** Two different mails, or two sign-ups, for one request. */
  doubled: string[];
  /** The same mail again, under one Message-ID: what a policy may allow after a death in the middle of a body. */
  repeated: string[];
  /** What is still under way though it should have come to rest, and dead letters. */
  stuck: string[];
}

/** Mails that are done, one way or another. */
const SETTLED = new Set(['accepted', 'delivered']);

export function audit(promises: Acknowledgements, received: readonly ReceivedMail[], remains: Remains): Audit {
  const acknowledged = promises.addresses('acknowledged');
  const mails = Map.groupBy(received, ({ to }) => to);
  const signUps = Map.groupBy(remains.signUps, (address) => address);
  const mayHave = (address: string) => ['acknowledged', 'unknown', 'asked'].includes(promises.outcomeOf(address) ?? '');
  const messageIds = (address: string) => new Set(mails.get(address)?.map(({ messageId }) => messageId)).size;
  const found = [...new Set([...mails.keys(), ...signUps.keys()])];
  const stuck = Object.entries(remains.mails)
    .filter(([state]) => !SETTLED.has(state))
    .map(([state, count]) => `${count} mails are ${state}`);
  if (remains.outbox > 0) stuck.push(`${remains.outbox} messages are in an outbox`);
  if (remains.deadLetters > 0) stuck.push(`${remains.deadLetters} messages are dead letters`);
  return {
    asked: promises.size,
    acknowledged: acknowledged.length,
    refused: promises.count('refused'),
    unknown: promises.count('unknown') + promises.count('asked'),
    mails: mails.size,
    lost: acknowledged.filter((address) => !mails.has(address) || !signUps.has(address)),
    phantom: found.filter((address) => !mayHave(address)),
    doubled: found.filter((address) => messageIds(address) > 1 || (signUps.get(address)?.length ?? 0) > 1),
    repeated: [...mails]
      .filter(([, copies]) => copies.length > new Set(copies.map((copy) => copy.messageId)).size)
      .map(([to]) => to),
    stuck,
  };
}

/** What no experiment allows, in words. Empty when everything promised was kept. */
export function violations({ lost, phantom, doubled, stuck }: Audit): string[] {
  const say = (what: string, addresses: string[]) =>
    addresses.length === 0 ? [] : [`${addresses.length} ${what}: ${addresses.slice(0, 3).join(', ')}`];
  return [...say('lost', lost), ...say('phantom', phantom), ...say('doubled', doubled), ...stuck];
}

/** The audit without so many mails in some state that the experiment lets them end in: nobody had them, and they are not stuck. */
export function without(audit: Audit, state: string, count: number): Audit {
  return {
    ...audit,
    stuck: audit.stuck.filter((words) => !words.endsWith(` mails are ${state}`)),
    lost: audit.lost.slice(count),
  };
}
