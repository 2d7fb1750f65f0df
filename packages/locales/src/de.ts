import type { TextsOf } from './messages.ts';
import { plural } from './plural.ts';

/** German, with „Sie“. What follows the greeting begins in lower case, because the greeting ends in a comma. */
export const de: TextsOf<'de'> = {
  greeting: (name) => (name === undefined ? 'Guten Tag,' : `Guten Tag ${name},`),
  openApp: (brand) => `${brand} öffnen`,
  linkExpires: (time) => `Der Link funktioniert nur einmal und läuft am ${time} ab.`,
  ignoreIfNotYou: 'Wenn Sie das nicht veranlasst haben, ignorieren Sie diese Nachricht. Es ändert sich nichts.',
  secureYourAccount:
    'Wenn Sie das nicht waren, wählen Sie auf der Anmeldeseite sofort „Passwort vergessen“. Ein neues Passwort meldet alle anderen Geräte ab.',
  contactUs: (brand, address) =>
    address === undefined
      ? `Wenn Sie das für einen Irrtum halten, wenden Sie sich bitte an ${brand}.`
      : `Wenn Sie das für einen Irrtum halten, schreiben Sie bitte an ${address}.`,
  browserOn: (browser, system) => `${browser} unter ${system}`,
  layout: {
    plainLink: 'Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:',
    reason: (brand) =>
      `${brand} schickt Ihnen diese Nachricht, weil diese E-Mail-Adresse für ein Konto angegeben wurde.`,
    neverAsks: 'Wir fragen Sie nie per E-Mail nach Ihrem Passwort oder einem Code.',
    help: 'Fragen?',
    unsubscribe: 'Diese Nachrichten abbestellen',
  },
  labels: {
    unknown: 'Unbekannt',
    when: 'Zeitpunkt:',
    device: 'Gerät:',
    network: 'Netzwerk:',
    newAddress: 'Neue Adresse:',
    roles: 'Rollen:',
  },
  verification: {
    subject: (brand) => `Bestätigen Sie Ihre E-Mail-Adresse für ${brand}`,
    heading: 'Bestätigen Sie Ihre E-Mail-Adresse',
    intro: (brand) =>
      `vielen Dank für Ihre Registrierung bei ${brand}. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört.`,
    button: 'Adresse bestätigen',
    notYou:
      'Wenn Sie sich nicht registriert haben, ignorieren Sie diese Nachricht. Ohne Ihre Bestätigung kann niemand das Konto nutzen.',
    password:
      'In dem Browser, mit dem Sie sich registriert haben, genügt ein Klick. In jedem anderen fragen wir nach dem Passwort, das Sie bei der Registrierung gewählt haben.',
  },
  welcome: {
    subject: (brand) => `Willkommen bei ${brand}`,
    heading: 'Ihr Konto ist bereit',
    intro: (brand) =>
      `Ihre Adresse ist bestätigt. Ab jetzt melden Sie sich bei ${brand} mit dieser Adresse und Ihrem Passwort an.`,
    security:
      'Ein Tipp: Schalten Sie in den Einstellungen die Zwei-Faktor-Authentifizierung ein. Sie schützt Ihr Konto auch dann, wenn jemand Ihr Passwort erfährt.',
  },
  alreadyRegistered: {
    subject: (brand) => `Sie haben bereits ein Konto bei ${brand}`,
    heading: 'Sie haben bereits ein Konto',
    intro: (brand) =>
      `jemand, vielleicht Sie selbst, wollte sich mit dieser Adresse bei ${brand} registrieren. Das ist nicht nötig: Sie haben ein Konto und können sich einfach anmelden.`,
    forgotten: 'Wenn Sie Ihr Passwort nicht mehr wissen, wählen Sie auf der Anmeldeseite „Passwort vergessen“.',
    notYou:
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun. Ihr Konto ist unverändert, und wer es versucht hat, hat nicht erfahren, dass es existiert.',
  },
  addressTaken: {
    subject: (brand) => `Ihre Adresse wurde für ein anderes ${brand}-Konto gewünscht`,
    heading: 'Ihre Adresse hat bereits ein Konto',
    intro: (brand) =>
      `jemand, vielleicht Sie selbst, wollte diese Adresse für ein anderes Konto bei ${brand} verwenden. Sie gehört zu Ihrem Konto, deshalb wurde nichts geändert, und wer gefragt hat, hat nicht erfahren, dass es existiert.`,
    wasYou:
      'Wenn Sie das waren, melden Sie sich mit dieser Adresse an. Um sie für das andere Konto zu verwenden, geben Sie zuerst diesem Konto eine andere Adresse, oder löschen Sie es.',
    notYou: 'Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
  },
  passwordReset: {
    subject: (brand) => `Neues Passwort für ${brand} festlegen`,
    heading: 'Neues Passwort festlegen',
    intro: (brand) => `jemand, hoffentlich Sie selbst, hat ein neues Passwort für Ihr Konto bei ${brand} angefordert.`,
    button: 'Neues Passwort wählen',
    notYou: 'Wenn Sie das nicht veranlasst haben, ignorieren Sie diese Nachricht. Ihr Passwort bleibt, wie es ist.',
  },
  passwordChanged: {
    subject: (brand) => `Ihr Passwort für ${brand} wurde geändert`,
    heading: 'Ihr Passwort wurde geändert',
    intro: 'Ihr Konto hat ein neues Passwort. Alle anderen Geräte wurden abgemeldet.',
  },
  emailChange: {
    subject: (brand) => `Bestätigen Sie Ihre neue E-Mail-Adresse für ${brand}`,
    heading: 'Bestätigen Sie Ihre neue Adresse',
    intro: (brand) =>
      `Sie möchten diese Adresse für Ihr Konto bei ${brand} verwenden. Bitte bestätigen Sie, dass sie Ihnen gehört. Bis dahin behält Ihr Konto die alte. Dafür brauchen Sie das Passwort dieses Kontos.`,
    button: 'Neue Adresse bestätigen',
  },
  emailChangeNotice: {
    subject: (brand) => `Ihre E-Mail-Adresse für ${brand} soll geändert werden`,
    heading: 'Ihre Adresse soll geändert werden',
    intro: 'jemand, hoffentlich Sie selbst, möchte für Ihr Konto eine andere E-Mail-Adresse verwenden:',
    effect: 'Die Änderung gilt, sobald die neue Adresse bestätigt ist.',
    stopIt:
      'Wenn Sie das nicht waren, wählen Sie auf der Anmeldeseite sofort „Passwort vergessen“. Ein neues Passwort bricht die Änderung ab und meldet alle anderen Geräte ab.',
  },
  emailChanged: {
    subject: (brand) => `Ihre E-Mail-Adresse für ${brand} wurde geändert`,
    heading: 'Ihre Adresse wurde geändert',
    intro: (brand) => `Ihr Konto bei ${brand} hat jetzt eine andere E-Mail-Adresse:`,
    effect: 'Ab jetzt melden Sie sich mit der neuen Adresse an, und wir schreiben Ihnen dorthin.',
  },
  newDevice: {
    subject: (brand) => `Neue Anmeldung bei Ihrem ${brand}-Konto`,
    heading: 'Anmeldung mit einem neuen Gerät',
    intro: 'jemand hat sich bei Ihrem Konto mit einem Gerät angemeldet, das wir noch nicht kennen:',
    wasYou: 'Wenn Sie das waren, brauchen Sie nichts zu tun.',
  },
  twoFactorEnabled: {
    subject: (brand) => `Zwei-Faktor-Authentifizierung für ${brand} ist eingeschaltet`,
    heading: 'Zwei-Faktor-Authentifizierung ist eingeschaltet',
    intro: 'ab jetzt brauchen Sie zum Anmelden auch einen Code aus Ihrer Authenticator-App.',
    recovery:
      'Bewahren Sie Ihre Wiederherstellungscodes an einem sicheren Ort auf. Jeder funktioniert nur einmal. Sie brauchen sie, wenn Sie Ihr Gerät verlieren.',
    stillOn: (brand, address) =>
      `Ein neues Passwort schaltet den zweiten Faktor nicht aus. Wenn Sie ihn nicht eingerichtet haben, wenden Sie sich zusätzlich an ${address ?? brand}.`,
  },
  twoFactorDisabled: {
    subject: (brand) => `Zwei-Faktor-Authentifizierung für ${brand} ist ausgeschaltet`,
    heading: 'Zwei-Faktor-Authentifizierung ist ausgeschaltet',
    intro:
      'ab jetzt genügt zum Anmelden Ihr Passwort. Sie können den zweiten Faktor in den Einstellungen wieder einschalten.',
  },
  recoveryCodeUsed: {
    subject: (brand) => `Ein Wiederherstellungscode wurde bei ${brand} verwendet`,
    heading: 'Anmeldung mit einem Wiederherstellungscode',
    intro: 'jemand hat sich bei Ihrem Konto mit Ihrem Passwort und einem Ihrer Wiederherstellungscodes angemeldet:',
  },
  recoveryCodesRenewed: {
    subject: (brand) => `Neue Wiederherstellungscodes für ${brand}`,
    heading: 'Ihre Wiederherstellungscodes wurden ersetzt',
    intro: 'für Ihr Konto wurden neue Wiederherstellungscodes erstellt. Die alten funktionieren nicht mehr.',
    renewCodes: 'Erstellen Sie danach auch neue Wiederherstellungscodes.',
  },
  twoFactorLocked: {
    subject: (brand) => `Die Codes Ihrer App sind bei ${brand} gesperrt`,
    heading: 'Die Codes Ihrer Authenticator-App sind gesperrt',
    intro:
      'jemand, der Ihr Passwort kennt, hat zu oft nacheinander einen falschen Code eingegeben. Die Codes Ihrer Authenticator-App werden deshalb nicht mehr angenommen. Der letzte Versuch:',
    recovery:
      'Melden Sie sich mit einem Ihrer Wiederherstellungscodes an: Danach gelten die Codes der App wieder. Haben Sie keinen mehr, bitten Sie uns um Hilfe. Wenn Sie das nicht waren, wählen Sie zuerst ein neues Passwort.',
  },
  twoFactorRemoved: {
    intro:
      'ein Administrator hat den zweiten Faktor Ihres Kontos entfernt. Sie wurden auf allen Geräten abgemeldet, und zum Anmelden genügt vorerst Ihr Passwort.',
    next: 'Bitte melden Sie sich an und richten Sie in den Einstellungen wieder einen zweiten Faktor ein.',
  },
  accountDisabled: {
    subject: (brand) => `Ihr ${brand}-Konto wurde gesperrt`,
    heading: 'Ihr Konto wurde gesperrt',
    intro:
      'Ihr Konto wurde von einem Administrator gesperrt. Sie wurden auf allen Geräten abgemeldet und können sich vorerst nicht anmelden. Ihre Daten wurden nicht gelöscht.',
  },
  accountEnabled: {
    subject: (brand) => `Ihr ${brand}-Konto wurde entsperrt`,
    heading: 'Ihr Konto wurde entsperrt',
    intro: 'Ihr Konto wurde von einem Administrator entsperrt. Sie können sich wieder wie gewohnt anmelden.',
  },
  accountErased: {
    subject: (brand) => `Ihr ${brand}-Konto wurde gelöscht`,
    heading: 'Ihr Konto wurde gelöscht',
    intro: (brand) =>
      `Ihr Konto bei ${brand} und Ihre persönlichen Daten darin wurden gelöscht. Das lässt sich nicht rückgängig machen.`,
    last: 'Das ist die letzte Nachricht dazu.',
  },
  rolesChanged: {
    subject: (brand) => `Ihre Rollen bei ${brand} wurden geändert`,
    heading: 'Ihre Rollen wurden geändert',
    intro: 'ein Administrator hat geändert, was Sie mit Ihrem Konto tun dürfen.',
    none: 'Sie haben keine Rolle mehr.',
    now: plural('de', { one: 'Sie haben jetzt diese Rolle:', other: 'Sie haben jetzt diese Rollen:' }),
  },
  pages: {
    password: 'Passwort',
    email: 'E-Mail-Adresse',
    tooManyGuesses: 'Das Passwort war mehrmals falsch. Bitte warten Sie etwas und versuchen Sie es dann noch einmal.',
    link: {
      invalid: {
        title: 'Dieser Link ist unvollständig',
        advice:
          'Die Adresse dieser Seite ist nicht vollständig. Öffnen Sie die E-Mail noch einmal und folgen Sie dem Link, oder kopieren Sie ihn ganz.',
      },
      expired: {
        title: 'Dieser Link ist abgelaufen',
        advice: 'Fordern Sie dort einen neuen an, wo Sie diesen angefordert haben.',
      },
      used: {
        title: 'Dieser Link wurde schon verwendet',
        advice: 'Er hat seinen Zweck erfüllt, hier ist nichts mehr zu tun. Versuchen Sie, sich anzumelden.',
      },
      ended: {
        title: 'Dieser Link gilt nicht mehr',
        advice:
          'Eine neuere E-Mail hat ihn ersetzt, oder er wird nicht mehr gebraucht. Folgen Sie dem Link in der letzten E-Mail, versuchen Sie, sich anzumelden, oder beginnen Sie von vorn.',
      },
    },
    verifyEmail: {
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      button: 'Meine Adresse bestätigen',
      oneClick: 'Ein Klick, und Ihr Konto ist bereit.',
      askPassword:
        'Geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben. Es zeigt, dass diese Registrierung von Ihnen ist.',
      notYou:
        'Sie haben sich nicht registriert? Schließen Sie diese Seite: Ohne das Passwort kann niemand das Konto benutzen.',
      passwordMissing: 'Bitte geben Sie das Passwort ein.',
      passwordWrong:
        'Das ist nicht das Passwort dieser Registrierung. Wenn Sie sich mehrmals registriert haben, gehört zu jeder E-Mail das Passwort, das Sie dabei gewählt haben.',
      doneTitle: 'Ihre Adresse ist bestätigt',
      done: 'Vielen Dank. Ihr Konto ist bereit, und Sie können sich anmelden.',
    },
    resendVerification: {
      title: 'E-Mail noch einmal anfordern',
      intro: 'Ist die E-Mail mit dem Link nicht angekommen, oder ist der Link zu alt? Wir senden sie noch einmal.',
      address: 'Die Adresse, mit der Sie sich registriert haben',
      button: 'E-Mail senden',
      notAnAddress: 'Das ist keine E-Mail-Adresse wie ada@example.com.',
      doneTitle: 'Sehen Sie in Ihr Postfach',
      done: 'Wenn eine Registrierung mit dieser Adresse auf Bestätigung wartet, ist eine E-Mail unterwegs. Sehen Sie auch im Spam-Ordner nach.',
      noMail:
        'Keine E-Mail? Vielleicht ist die Registrierung abgelaufen: Registrieren Sie sich noch einmal. Wenn Sie schon ein Konto haben, melden Sie sich an.',
    },
    resetPassword: {
      title: 'Neues Passwort festlegen',
      newPassword: 'Neues Passwort',
      again: 'Noch einmal',
      button: 'Passwort festlegen',
      different: 'Die beiden Passwörter sind nicht gleich.',
      doneTitle: 'Ihr Passwort ist geändert',
      done: 'Alle anderen Geräte sind abgemeldet. Melden Sie sich mit Ihrem neuen Passwort an.',
    },
    passwordFaults: {
      short: (characters) => `Das Passwort muss mindestens ${characters} Zeichen haben`,
      long: (characters) => `Das Passwort darf höchstens ${characters} Zeichen haben`,
      common: 'Dieses Passwort ist eines der häufigsten',
      own: 'Das Passwort darf nicht aus Ihrem eigenen Namen oder Ihrer Adresse bestehen',
      service: 'Das Passwort darf nicht aus dem Namen dieses Dienstes bestehen',
      breached: 'Dieses Passwort ist aus einem Datenleck eines anderen Dienstes bekannt',
    },
    changeEmail: {
      title: 'Diese E-Mail-Adresse verwenden',
      button: 'Diese Adresse verwenden',
      askPassword:
        'Geben Sie das Passwort des Kontos ein, das diese Adresse bekommen soll. Danach melden Sie sich mit dieser Adresse an, und E-Mails gehen an sie.',
      notYou: 'Sie haben das nicht angefordert? Schließen Sie diese Seite: Ohne das Passwort ändert sich nichts.',
      passwordWrong: 'Das ist nicht das Passwort des Kontos, für das diese Adresse angefordert wurde.',
      taken: {
        title: 'Diese Adresse gehört zu einem anderen Konto',
        advice: 'Inzwischen gehört die Adresse zu einem anderen Konto; Ihres bleibt deshalb, wie es war.',
      },
      doneTitle: 'Ihre Adresse ist geändert',
      done: 'Melden Sie sich ab jetzt mit Ihrer neuen Adresse an.',
    },
    unsubscribe: {
      title: 'Diese Nachrichten abbestellen',
      effect: 'Sie bekommen keine Nachrichten dieser Art mehr. Die, die Ihr Konto braucht, kommen weiterhin.',
      button: 'Abbestellen',
      doneTitle: 'Die Nachrichten sind abbestellt',
      done: 'Sie bekommen keine Nachrichten dieser Art mehr.',
    },
    problems: {
      404: {
        title: 'Nicht gefunden',
        advice: () =>
          'Diese Seite gibt es nicht. Wenn eine E-Mail Sie hierher geführt hat, öffnen Sie sie noch einmal und folgen Sie ihrem Link, oder kopieren Sie ihn ganz.',
      },
      429: {
        title: 'Zu viele Anfragen',
        advice: (wait) => `Das wurde zu oft angefordert. Bitte warten Sie und versuchen Sie es ${wait} noch einmal.`,
      },
      500: {
        title: 'Bei uns ist etwas schiefgegangen',
        advice: (wait) =>
          `Das ist ein Fehler auf unserer Seite, und er wurde festgehalten. Bitte versuchen Sie es ${wait} noch einmal.`,
      },
      503: {
        title: 'Im Moment nicht erreichbar',
        advice: (wait) =>
          `Wir können im Moment nicht antworten. Es wurde nichts getan, und nichts ist verloren. Bitte versuchen Sie es ${wait} noch einmal.`,
      },
      unknown: {
        title: 'Das Ergebnis ist unbekannt',
        advice: () =>
          'Die Verbindung ist genau in dem Augenblick abgebrochen, als es getan werden sollte. Folgen Sie noch einmal dem Link in der E-Mail, oder versuchen Sie, sich anzumelden: Das zeigt, ob es getan wurde.',
      },
      otherwise: {
        title: 'Das hat nicht geklappt',
        advice: () =>
          'Ihr Browser hat etwas gesendet, das diese Seite nicht versteht. Wenn eine E-Mail Sie hierher geführt hat, öffnen Sie sie noch einmal und folgen Sie ihrem Link.',
      },
      soon: 'in einem Augenblick',
      tryAgain: 'Noch einmal versuchen',
      sendAgain: 'Um es noch einmal zu versuchen, gehen Sie im Browser zurück und senden Sie das Formular erneut.',
      quote: (id) => `Wenn Sie um Hilfe bitten, nennen Sie diese Nummer: ${id}`,
    },
  },
};
