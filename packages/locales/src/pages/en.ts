/** Of hosted pages. */
export const enPages = {
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
  restoreEmail: {
    title: 'Get your account back',
    intro:
      'Your account goes back to the address that this link was mailed to. All devices are signed out, and a link to a new password is mailed to you.',
    askPassword: 'Type your password. If somebody has changed it, the one that you had before works as well.',
    code: 'Code from your authenticator app, or a recovery code',
    button: 'Get my account back',
    passwordWrong: 'This is neither the password of the account nor one that it had lately.',
    codeWrong: 'The code is wrong or was used already. Wait for the next one, or use a recovery code.',
    codeLocked: 'Too many wrong codes were entered, so only a recovery code works now.',
    taken: {
      title: 'This address belongs to another account',
      advice:
        'In the meantime the address has become that of another account, so nothing was changed. Write to us: we help you to get yours back.',
    },
    disabled: {
      title: 'Your account is disabled at the moment',
      advice:
        'So nothing was changed. Keep this mail: as soon as the account is enabled again, the link works, until its seven days are over. Write to us, and do not sign up anew with this address: then it would belong to another account.',
    },
    expired: {
      title: 'This link has expired',
      advice: 'It worked for seven days. Write to us: we help you to get your account back.',
    },
    doneTitle: 'Your account is yours again',
    done: 'It has its earlier address again, and all devices are signed out. We have mailed you a link to a new password: choose one that you use nowhere else.',
  },
  unsubscribe: {
    title: 'Unsubscribe from these messages',
    effect: 'You will get no more messages of this kind. Those that your account needs still come.',
    button: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    done: 'You get no more messages of this kind.',
  },
  resubscribe: {
    title: 'Get these messages again',
    effect: 'You will get messages of this kind again.',
    button: 'Get them again',
    doneTitle: 'You get these messages again',
    done: 'Messages of this kind are sent to you again.',
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
};
