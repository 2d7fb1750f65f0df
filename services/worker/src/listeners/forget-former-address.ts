import { UserEmailChanged } from '@postern/events';
import { listen } from './listen.ts';

/** Empties what the worker's own tables say of an address that its person has no more. */
export const forgetFormerAddress = listen(UserEmailChanged, 'forget-former-address', ({ data }, { forgetAddress }) =>
  forgetAddress(data.old_email),
);
