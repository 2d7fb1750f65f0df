import { enPages } from './pages/en.ts';
import { plural } from './plural.ts';

/**
 * English, and the list of all texts: the other languages have to have every one of these.
 *
 * Tone: a person writing to a person. What happened, what to do, what to do if it was not you. No exclamation marks.
 */
export const en = {
  greeting: (name: string | undefined) => (name === undefined ? 'Hello,' : `Hello ${name},`),
  openApp: (brand: string) => `Open ${brand}`,
  linkExpires: (time: string) => `The link works once, until ${time}.`,
  ignoreIfNotYou: 'If you did not ask for this, ignore this message. Nothing will change.',
  secureYourAccount:
    'If it was not you, choose “Forgot password” on the sign-in page at once. A new password signs out all other devices.',
  contactUs: (brand: string, address: string | undefined) =>
    address === undefined
      ? `If you think this is a mistake, contact the people at ${brand}.`
      : `If you think this is a mistake, write to ${address}.`,
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  layout: {
    plainLink: 'If the button does not work, copy this address into your browser:',
    reason: (brand: string) => `${brand} sent you this message because this e-mail address was given for an account.`,
    neverAsks: 'We never ask you by e-mail for your password or a code.',
    help: 'Questions?',
    unsubscribe: 'Unsubscribe from these messages',
  },
  labels: {
    unknown: 'Unknown',
    when: 'When:',
    device: 'Device:',
    network: 'Network:',
    newAddress: 'New address:',
    roles: 'Roles:',
  },
  verification: {
    subject: (brand: string) => `Confirm your e-mail address for ${brand}`,
    heading: 'Confirm your e-mail address',
    intro: (brand: string) => `Thank you for signing up with ${brand}. Please confirm that this address is yours.`,
    button: 'Confirm address',
    notYou: 'If you did not sign up, ignore this message. Without your confirmation, nobody can use the account.',
    password:
      'In the browser that you signed up with, one click is enough. In any other, we ask for the password that you chose when you signed up.',
  },
  welcome: {
    subject: (brand: string) => `Welcome to ${brand}`,
    heading: 'Your account is ready',
    intro: (brand: string) =>
      `Your address is confirmed. From now on you sign in to ${brand} with it and with your password.`,
    security:
      'A tip: turn on two-factor authentication in your settings. It keeps your account safe even if somebody learns your password.',
  },
  alreadyRegistered: {
    subject: (brand: string) => `You already have an account with ${brand}`,
    heading: 'You already have an account',
    intro: (brand: string) =>
      `Somebody, perhaps you, tried to sign up with ${brand} using this address. There is no need: you have an account, and you can simply sign in.`,
    forgotten: 'If you no longer know your password, choose “Forgot password” on the sign-in page.',
    notYou:
      'If it was not you, there is nothing to do. Your account is unchanged, and whoever tried has not learned that it exists.',
  },
  addressTaken: {
    subject: (brand: string) => `Your address was requested for another ${brand} account`,
    heading: 'Your address has an account already',
    intro: (brand: string) =>
      `Somebody, perhaps you, wanted to use this address for another account with ${brand}. It belongs to your account, so nothing was changed, and whoever asked has not learned that the account exists.`,
    wasYou:
      'If it was you, sign in with this address. To use it for the other account, first give this one another address, or erase it.',
    notYou: 'If it was not you, there is nothing to do.',
  },
  passwordReset: {
    subject: (brand: string) => `Set a new password for ${brand}`,
    heading: 'Set a new password',
    intro: (brand: string) => `Somebody, we hope you, asked for a new password for your account with ${brand}.`,
    button: 'Choose a new password',
    notYou: 'If you did not ask for this, ignore this message. Your password stays as it is.',
  },
  passwordChanged: {
    subject: (brand: string) => `Your password for ${brand} was changed`,
    heading: 'Your password was changed',
    intro: 'Your account has a new password. All other devices have been signed out.',
  },
  emailChange: {
    subject: (brand: string) => `Confirm your new e-mail address for ${brand}`,
    heading: 'Confirm your new address',
    intro: (brand: string) =>
      `You asked to use this address for your account with ${brand}. Please confirm that it is yours. Until then your account keeps the old one. You will be asked for the password of that account.`,
    button: 'Confirm new address',
  },
  emailChangeNotice: {
    subject: (brand: string) => `A new e-mail address was requested for your ${brand} account`,
    heading: 'A change of your address was requested',
    intro: 'Somebody, we hope you, asked to use another e-mail address for your account:',
    effect: 'The change takes effect as soon as the new address is confirmed.',
    stopIt:
      'If it was not you, choose “Forgot password” on the sign-in page at once. A new password stops this change and signs out all other devices.',
  },
  emailChanged: {
    subject: (brand: string) => `Your e-mail address for ${brand} was changed`,
    heading: 'Your address was changed',
    intro: (brand: string) => `Your account with ${brand} now has another e-mail address:`,
    effect: 'From now on you sign in with the new address, and we write to you there.',
    notYou:
      'It was not you? The button leads to a page that gives the account back to this address. It asks for your password; if somebody has changed that, the one before works as well. All devices are then signed out, and we mail you a link to a new password.',
    wayBack: 'This was not me',
  },
  newDevice: {
    subject: (brand: string) => `New sign-in to your ${brand} account`,
    heading: 'A new device signed in',
    intro: 'Somebody signed in to your account from a device that we have not seen before:',
    wasYou: 'If it was you, there is nothing to do.',
  },
  twoFactorEnabled: {
    subject: (brand: string) => `Two-factor authentication is on for ${brand}`,
    heading: 'Two-factor authentication is on',
    intro: 'From now on, signing in also takes a code from your authenticator app.',
    recovery: 'Keep your recovery codes in a safe place. Each works once. You need them if you lose your device.',
    stillOn: (brand: string, address: string | undefined) =>
      `A new password does not turn the second factor off. If you did not set it up, also contact ${address ?? brand}.`,
  },
  twoFactorDisabled: {
    subject: (brand: string) => `Two-factor authentication is off for ${brand}`,
    heading: 'Two-factor authentication is off',
    intro:
      'From now on, your password alone is enough to sign in. You can turn the second factor on again in your settings.',
  },
  recoveryCodeUsed: {
    subject: (brand: string) => `A recovery code was used at ${brand}`,
    heading: 'A recovery code was used',
    intro:
      'Somebody used your password and one of your recovery codes, to sign in to your account or to confirm something in it:',
  },
  recoveryCodesRenewed: {
    subject: (brand: string) => `New recovery codes for ${brand}`,
    heading: 'Your recovery codes were replaced',
    intro: 'New recovery codes were created for your account. The old ones no longer work.',
    renewCodes: 'Then also create new recovery codes.',
  },
  twoFactorLocked: {
    subject: (brand: string) => `The codes of your app are blocked at ${brand}`,
    heading: 'The codes of your authenticator app are blocked',
    intro:
      'Somebody who knows your password entered a wrong code too many times in a row. The codes of your authenticator app are therefore no longer accepted. The last attempt:',
    recovery:
      'Sign in with one of your recovery codes: the codes of the app then work again. If you have none left, ask us for help. If it was not you, choose a new password first.',
  },
  twoFactorRemoved: {
    intro:
      'An administrator has removed the second factor of your account. You have been signed out on all devices, and your password alone is enough to sign in for now.',
    next: 'Please sign in and set up a second factor again in your settings.',
  },
  accountDisabled: {
    subject: (brand: string) => `Your ${brand} account was disabled`,
    heading: 'Your account was disabled',
    intro:
      'An administrator has disabled your account. You have been signed out on all devices and cannot sign in for now. Your data has not been deleted.',
  },
  accountEnabled: {
    subject: (brand: string) => `Your ${brand} account was enabled again`,
    heading: 'Your account was enabled again',
    intro: 'An administrator has enabled your account again. You can sign in as before.',
  },
  accountErased: {
    subject: (brand: string) => `Your ${brand} account was erased`,
    heading: 'Your account was erased',
    intro: (brand: string) =>
      `Your account with ${brand} and your personal data in it have been erased. This cannot be undone.`,
    last: 'This is the last message about it.',
  },
  rolesChanged: {
    subject: (brand: string) => `Your roles at ${brand} have changed`,
    heading: 'Your roles have changed',
    intro: 'An administrator has changed what you may do with your account.',
    none: 'You have no roles any more.',
    now: plural('en', { one: 'You now have this role:', other: 'You now have these roles:' }),
  },
  pages: enPages,
};
