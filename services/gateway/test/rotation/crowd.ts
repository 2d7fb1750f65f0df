import { setTimeout as pause } from 'node:timers/promises';
import { FrontEnd } from './front-end.ts';
import { Person } from './person.ts';
import type { WholeSystem } from './whole-system.ts';

/** Between two things that somebody does: a load, and not the most that the machine can take. */
const PAUSE_MS = 150;

/**
 * People who go on signing up, signing in and refreshing, each as soon as the one before is done. Nobody tries anything twice: what is
 * refused once is a failure.
 */
export class Crowd {
  readonly front: FrontEnd;
  /** People who were there before anything was rotated. `signedIn` never signs in again. */
  readonly signedIn: readonly Person[];
  readonly withApps: readonly Person[];
  readonly failures: string[] = [];
  /** How many have come since, all the way from the sign-up to a sign-in with a code. */
  newcomers = 0;
  readonly #returning: Person[] = [];
  readonly #loops: Promise<void>[] = [];
  readonly #rounds = new Set<{ count: number }>();
  #ended = false;

  private constructor(front: FrontEnd, signedIn: Person[], withApps: Person[]) {
    this.front = front;
    this.signedIn = signedIn;
    this.withApps = withApps;
  }

  static async gather(system: WholeSystem): Promise<Crowd> {
    const front = new FrontEnd(system);
    const people: Person[] = [];
    // One after the other: this is not a load test yet.
    for (let index = 0; index < 8; index++) {
      const person = new Person(front);
      await person.signUp();
      await person.followLink();
      await person.signIn();
      if (index % 2 === 1) await person.setUpApp();
      people.push(person);
    }
    const crowd = new Crowd(
      front,
      people.filter((_, index) => index % 2 === 0),
      people.filter((_, index) => index % 2 === 1),
    );
    for (let arm = 0; arm < 2; arm++) crowd.#goOn(() => crowd.#newcomer());
    for (const person of crowd.signedIn) crowd.#goOn(() => stay(person));
    crowd.#goOn(() => crowd.#comeBack());
    return crowd;
  }

  /** Whatever was begun before is done, and everybody has begun and ended something since. */
  async wholeRound(): Promise<void> {
    const before = [...this.#rounds].map((round) => ({ round, count: round.count }));
    // The round that is under way began under the old keys.
    while (!this.#ended && before.some(({ round, count }) => round.count < count + 2)) await pause(PAUSE_MS);
  }

  async disperse(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#loops);
  }

  async #newcomer(): Promise<void> {
    const person = new Person(this.front);
    await person.signUp();
    await person.followLink();
    await person.signIn();
    await person.resetPassword();
    await person.signIn();
    await person.setUpApp();
    await person.signIn();
    this.newcomers++;
    this.#returning.push(person);
  }

  /** Whoever has an app signs in again, with a code that was sealed whenever. */
  async #comeBack(): Promise<void> {
    const index = this.#returning.findIndex(({ hasUnusedCode }) => hasUnusedCode);
    const [person] = index < 0 ? [] : this.#returning.splice(index, 1);
    if (!person) return;
    await person.signIn();
    await person.readAccount();
    this.#returning.push(person);
  }

  #goOn(step: () => Promise<void>): void {
    const round = { count: 0 };
    this.#rounds.add(round);
    const loop = async () => {
      while (!this.#ended) {
        await step().catch((error: unknown) => void this.failures.push(String(error)));
        round.count++;
        await pause(PAUSE_MS);
      }
    };
    this.#loops.push(loop());
  }
}

async function stay(person: Person): Promise<void> {
  await person.readAccount();
  await person.refresh();
  await person.readAccount();
}
