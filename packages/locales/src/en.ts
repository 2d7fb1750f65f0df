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
    heading: 'Sign-in with a recovery code',
    intro: 'Somebody signed in to your account with your password and one of your recovery codes:',
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
  pages: {
    password: 'Password',
    email: 'E-mail address',
    tooManyGuesses: 'There were several wrong passwords. Wait a little, then try again.',
    link: {
      invalid: {
        title: 'This link is broken',
        advice: 'The address of this page is not complete. Open the mail again and follow its link, or copy all of it.',
      },
      expired: { title: 'This link has expired', advice: 'Ask for a new one where you asked for this one.' },
      used: {
        title: 'This link has been used',
        advice: 'It has done what it was for, and there is nothing left to do here. Try to sign in.',
      },
      ended: {
        title: 'This link no longer works',
        advice:
          'A newer mail has replaced it, or it is no longer needed. Follow the link in the latest mail, try to sign in, or begin again.',
      },
    },
    verifyEmail: {
      title: 'Verify your e-mail address',
      button: 'Verify my address',
      oneClick: 'One click, and your account is ready.',
      askPassword: 'Type the password that you chose when you signed up. It shows that this sign-up is yours.',
      notYou: 'You did not sign up? Close this page: without the password, nobody can use the account.',
      passwordMissing: 'Type the password, please.',
      passwordWrong:
        'This is not the password of this sign-up. If you signed up several times, each mail goes with the password that you chose that time.',
      doneTitle: 'Your address is verified',
      done: 'Thank you. Your account is ready, and you can sign in.',
    },
    resendVerification: {
      title: 'Get another mail',
      intro: 'Did the mail with the link not arrive, or is the link too old? We send it again.',
      address: 'The address that you signed up with',
      button: 'Send the mail',
      notAnAddress: 'This is not an e-mail address such as ada@example.com.',
      doneTitle: 'Look into your mail',
      done: 'If a sign-up with this address waits to be confirmed, a mail is on its way. Look in the spam folder, too.',
      noMail: 'No mail? The sign-up may be over: sign up again. If you have an account already, sign in.',
    },
    resetPassword: {
      title: 'Set a new password',
      newPassword: 'New password',
      again: 'Once more',
      button: 'Set the password',
      different: 'The two passwords are not the same.',
      doneTitle: 'Your password is changed',
      done: 'All other devices are signed out. Sign in with your new password.',
    },
    passwordFaults: {
      short: (characters: number) => `The password must have at least ${characters} characters`,
      long: (characters: number) => `The password must have at most ${characters} characters`,
      common: 'This password is one of the most common ones',
      own: 'The password must not consist of your own name or address',
      service: 'The password must not consist of the name of this service',
      breached: 'This password is known from a breach of another service',
    },
    changeEmail: {
      title: 'Use this e-mail address',
      button: 'Use this address',
      askPassword:
        'Type the password of the account that is to have this address. From then on you sign in with the address, and mails go to it.',
      notYou: 'You did not ask for this? Close this page: without the password, nothing changes.',
      passwordWrong: 'This is not the password of the account that asked for this address.',
      taken: {
        title: 'This address belongs to another account',
        advice: 'In the meantime the address has become that of another account, so yours stays as it was.',
      },
      doneTitle: 'Your address is changed',
      done: 'Sign in with your new address from now on.',
    },
    unsubscribe: {
      title: 'Unsubscribe from these messages',
      effect: 'You will get no more messages of this kind. Those that your account needs still come.',
      button: 'Unsubscribe',
      doneTitle: 'You are unsubscribed',
      done: 'You get no more messages of this kind.',
    },
    problems: {
      404: {
        title: 'Not found',
        advice: () =>
          'This page does not exist. If a mail brought you here, open it again and follow its link, or copy all of it.',
      },
      429: {
        title: 'Too many requests',
        advice: (wait: string) => `This was asked for too often. Please wait, and try again ${wait}.`,
      },
      500: {
        title: 'Something went wrong on our side',
        advice: (wait: string) => `This is an error on our side, and it has been logged. Please try again ${wait}.`,
      },
      503: {
        title: 'Not available at the moment',
        advice: (wait: string) =>
          `We cannot answer at the moment. Nothing was done and nothing is lost. Please try again ${wait}.`,
      },
      unknown: {
        title: 'The outcome is unknown',
        advice: () =>
          'The connection broke at the very moment when it was to be done. Follow the link in the mail again, or try to sign in: that shows whether it was.',
      },
      otherwise: {
        title: 'This did not work',
        advice: () =>
          'Your browser has sent something that this page does not understand. If a mail brought you here, open it again and follow its link.',
      },
      soon: 'in a moment',
      tryAgain: 'Try again',
      sendAgain: 'To try again, go back in your browser and send the form once more.',
      quote: (id: string) => `When you ask for help, quote this number: ${id}`,
    },
  },
};
