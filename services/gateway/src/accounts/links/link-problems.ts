import { defineProblem } from '../../http/route.ts';

export const LinkInvalid = defineProblem({
  type: 'link-invalid',
  status: 400,
  title: 'This link is broken',
  explanation:
    'The token was not issued by this service for this purpose. Mail programs sometimes cut links off: copy the whole link, or ask for a new one.',
});

export const LinkExpired = defineProblem({
  type: 'link-expired',
  status: 410,
  title: 'This link has expired',
  explanation: 'The token was valid once and has expired. Ask for a new link.',
});

export const LinkUsed = defineProblem({
  type: 'link-used',
  status: 410,
  title: 'This link has been used',
  explanation: 'A link works once, and this one already did. There may be nothing left to do: try to sign in.',
});

export const LinkEnded = defineProblem({
  type: 'link-ended',
  status: 410,
  title: 'This link no longer works',
  explanation:
    'A newer one has been mailed since, or there is nothing left to do with it: another sign-up with the address was confirmed, or none in time; a new password was set; the account has another address now, or was erased. Follow the link in the latest mail, try to sign in, or start over.',
});

/** What a route that takes a link may answer. */
export const linkProblems = [LinkInvalid, LinkExpired, LinkUsed, LinkEnded];
