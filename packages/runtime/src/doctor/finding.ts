export interface Finding {
  /** What was looked at: `database TLS`. */
  subject: string;
  /** A `failure` keeps something from working; a `warning` is a risk. */
  level: 'ok' | 'warning' | 'failure';
  /** What was found, in a sentence. Never a secret. */
  what: string;
  /** What to do about it. */
  todo?: string;
}

/** One thing that is looked at. It changes nothing; what it throws is a failure. */
export interface Check {
  subject: string;
  run(): Promise<Finding[]>;
}

export function ok(subject: string, what: string): Finding {
  return { subject, level: 'ok', what };
}

export function warning(subject: string, what: string, todo: string): Finding {
  return { subject, level: 'warning', what, todo };
}

export function failure(subject: string, what: string, todo: string): Finding {
  return { subject, level: 'failure', what, todo };
}
