import type { PagesOf } from '../messages.ts';

export const dePages: PagesOf<'de'> = {
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
  restoreEmail: {
    title: 'Ihr Konto zurückholen',
    intro:
      'Ihr Konto geht an die Adresse zurück, an die dieser Link geschickt wurde. Alle Geräte werden abgemeldet, und Sie bekommen einen Link für ein neues Passwort.',
    askPassword: 'Geben Sie Ihr Passwort ein. Wenn jemand es geändert hat, gilt auch das, das Sie vorher hatten.',
    code: 'Code aus Ihrer Authenticator-App oder ein Wiederherstellungscode',
    button: 'Mein Konto zurückholen',
    passwordWrong: 'Das ist weder das Passwort des Kontos noch eines, das es in letzter Zeit hatte.',
    codeWrong:
      'Der Code ist falsch oder wurde schon verwendet. Warten Sie auf den nächsten, oder verwenden Sie einen Wiederherstellungscode.',
    codeLocked: 'Es wurden zu viele falsche Codes eingegeben; jetzt gilt nur noch ein Wiederherstellungscode.',
    taken: {
      title: 'Diese Adresse gehört zu einem anderen Konto',
      advice:
        'Inzwischen gehört die Adresse zu einem anderen Konto; deshalb wurde nichts geändert. Schreiben Sie uns: Wir helfen Ihnen, Ihres zurückzubekommen.',
    },
    disabled: {
      title: 'Ihr Konto ist zurzeit gesperrt',
      advice:
        'Deshalb wurde nichts geändert. Bewahren Sie diese E-Mail auf: Sobald das Konto entsperrt ist, funktioniert der Link, bis seine sieben Tage vorbei sind. Schreiben Sie uns, und registrieren Sie sich nicht neu mit dieser Adresse: Sie würde dann zu einem anderen Konto gehören.',
    },
    expired: {
      title: 'Dieser Link ist abgelaufen',
      advice: 'Er hat sieben Tage lang funktioniert. Schreiben Sie uns: Wir helfen Ihnen, Ihr Konto zurückzubekommen.',
    },
    doneTitle: 'Ihr Konto gehört wieder Ihnen',
    done: 'Es hat wieder seine frühere Adresse, und alle Geräte sind abgemeldet. Wir haben Ihnen einen Link für ein neues Passwort geschickt: Wählen Sie eines, das Sie sonst nirgends verwenden.',
  },
  unsubscribe: {
    title: 'Diese Nachrichten abbestellen',
    effect: 'Sie bekommen keine Nachrichten dieser Art mehr. Die, die Ihr Konto braucht, kommen weiterhin.',
    button: 'Abbestellen',
    doneTitle: 'Die Nachrichten sind abbestellt',
    done: 'Sie bekommen keine Nachrichten dieser Art mehr.',
  },
  resubscribe: {
    title: 'Diese Nachrichten wieder bekommen',
    effect: 'Sie werden wieder Nachrichten dieser Art bekommen.',
    button: 'Wieder bestellen',
    doneTitle: 'Sie bekommen diese Nachrichten wieder',
    done: 'Nachrichten dieser Art werden Ihnen wieder geschickt.',
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
};
