/** Where a client has its session: in tokens that it keeps, or in cookies that the browser keeps. */
export interface Session {
  readonly isSignedIn: boolean;
  /** What a sign-in brings along in its body so that this device is known. */
  readonly device: { device_token?: string };
  /** Sends what only somebody who is signed in may send; once more with a renewed session where it was refused. */
  signed(request: Request, attempt: () => Promise<Response>): Promise<Response>;
  /** What tells whether the session is still the one that it is now: what one person began to send is not sent as the next one. */
  same(): () => boolean;
  /** Keeps what a good answer says of the session. */
  received(request: Request, response: Response): Promise<void>;
  /** What forgets here the session that is kept now, and none that somebody begins meanwhile in another tab. */
  ending(): () => void;
}

/** The JSON of an answer; undefined of any other. */
export async function jsonOf<Body>(response: Response): Promise<Partial<Body> | undefined> {
  if (!response.headers.get('content-type')?.includes('application/json')) return undefined;
  return (await response.clone().json()) as Partial<Body>;
}
