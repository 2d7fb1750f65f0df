import type { Experiment } from '../experiment.ts';
import { Administrator, TurnedAway } from '../races/administrator.ts';
import { drawRace } from '../races/draw-race.ts';
import { Racer } from '../races/racer.ts';
import { TwoAdmins } from '../races/two-admins.ts';
import { System } from '../system.ts';

/** Accounts that are raced for at the same time. */
const LINES = 6;
/** One race of so many is for the last admin. */
const OF_ADMINS = 20;
/** A network between gateway and database, so that requests meet between any two of their statements. */
const NETWORK_MS = 1;
/** Nothing is raced for but credentials: no limit is met, and no link ends by its age. */
const LIMITS = {
  ...{ GUESS_FREE_PER_ACCOUNT: '100000', GUESS_FREE_PER_ADDRESS: '1000000', MAILS_PER_HOUR: '10000000' },
  ...{ SIGN_INS_PER_ACCOUNT: '10000000', SIGN_INS_PER_ADDRESS: '10000000', SESSIONS_PER_ACCOUNT: '1000' },
  ...{ LINK_SECONDS: '86400', REFRESH_GRACE_SECONDS: '60' },
};

export const credentialRaces: Experiment = {
  name: 'credential-races',
  what: 'two or three of signing in, refreshing, reading, administering, a reset, a change of password, disabling, signing out here and everywhere, losing a role and erasing, for one account at the same moment at two gateways; and two admins who leave at once',
  passesWhen:
    'each race ends as if its requests had run one after the other: what one of them ended does not work afterwards, and an admin is left',
  runs: { short: 60, long: 10_000 },
  minutes: 15,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 0, random, plant, env: { gateway: LIMITS } });
    system.ways.database.delay(NETWORK_MS);
    const administrator = await Administrator.appoint(system);
    const violations: string[] = [];
    const ended: Record<string, number> = {};
    let [raced, turnedAway, ofAdmins] = [0, 0, 0];
    /** A machine that stands still turns requests away: of such a race nothing is known. */
    const judge = async (race: () => Promise<string[]>) => {
      const found = await race().catch((error: unknown) => {
        if (!(error instanceof TurnedAway)) throw error;
        turnedAway += 1;
        return [];
      });
      for (const violation of found) report(violation);
      violations.push(...found);
      raced += 1;
      if (raced % Math.ceil(runs / 10) === 0) report(`${raced} of ${runs} races, ${violations.length} violations`);
    };

    const admins = new TwoAdmins(administrator);
    for (let n = 0; n < Math.ceil(runs / OF_ADMINS); n++) {
      await judge(async () => {
        const race = await admins.race(random);
        ofAdmins += 1;
        return race.violations;
      });
    }
    const races = Array.from({ length: runs - raced }, (_, n) => drawRace(random, n));
    const line = async () => {
      let racer: Racer | undefined;
      for (let race = races.shift(); race; race = races.shift()) {
        const entrants = race;
        await judge(async () => {
          const somebody = racer ?? (await Racer.join(administrator));
          racer = undefined;
          const { done, violations: found } = await somebody.race(entrants);
          for (const { act } of done) ended[act.kind] = (ended[act.kind] ?? 0) + 1;
          if (!somebody.isErased) racer = somebody;
          return found;
        });
      }
    };
    await Promise.all(Array.from({ length: LINES }, line));
    const judged = raced - turnedAway;
    if (judged * 2 < raced) violations.push(`only ${judged} of ${raced} races could be judged`);
    const succeeded = Object.entries(ended).map(([kind, count]) => `${count} ${kind}`);
    return {
      figures: { races: judged, of_admins: ofAdmins, turned_away: turnedAway, succeeded: succeeded.sort().join(', ') },
      violations,
      missed: [],
    };
  },
};
