/** Port: whether a password is known from a breach. */
export abstract class BreachCheck {
  /** Never throws: a service that does not answer counts as "not known", and is counted. */
  abstract isBreached(password: string): Promise<boolean>;
}

/** For when no BREACH_CHECK_URL is set. */
export class NoBreachCheck extends BreachCheck {
  override async isBreached(): Promise<boolean> {
    return false;
  }
}
