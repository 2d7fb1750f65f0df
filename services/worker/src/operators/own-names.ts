/** Who begins what nobody asked for: sends parked letters back. */
export const POSTERN = 'postern';
/** Who puts addresses on the suppression list, and takes them off it, by what mail servers have said. */
export const WORKER = 'worker';
/** On whose report an address is on that list. */
export const PROVIDER = 'provider';

const OWN: ReadonlySet<string> = new Set([POSTERN, WORKER, PROVIDER]);

/** What is wrong with a name of ours as a person's: by these names what was done by itself is told from what a person has decided. */
export function ownNameFault(name: string): string | undefined {
  if (!OWN.has(name.toLowerCase())) return undefined;
  return `${name} is who does what nobody asked for, in the audit: choose another name`;
}
