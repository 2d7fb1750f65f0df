import { defineProblem } from '../../http/route.ts';

export const LinkInvalid = defineProblem({
  type: 'link-invalid',
  status: 400,
  title: 'This link is broken',
  explanation:
    'The token was not made by us for this purpose. Mail programs sometimes cut links off: copy the whole link, or ask for a new one.',
});

export const LinkExpired = defineProblem({
  type: 'link-expired',
  status: 410,
  title: 'This link is too old',
  explanation: 'The token was good once, and its time is over. Ask for a new link.',
});

export const LinkUsed = defineProblem({
  type: 'link-used',
  status: 410,
  title: 'This link has been used',
  explanation: 'A link works once, and this one already did. There may be nothing left to do: try to sign in.',
});

export const LinkReplaced = defineProblem({
  type: 'link-replaced',
  status: 410,
  title: 'There is a newer link',
  explanation: 'A newer link was sent after this one, and only the newest works. Use the one in the latest mail.',
});

/** What a route that takes a link may answer. */
export const linkProblems = [LinkInvalid, LinkExpired, LinkUsed, LinkReplaced];
