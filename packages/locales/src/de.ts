import type { TextsOf } from './messages.ts';
import { dePages } from './pages/de.ts';
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
    notYou:
      'Das waren Sie nicht? Die Schaltfläche führt zu einer Seite, die das Konto an diese Adresse zurückgibt. Sie fragt nach Ihrem Passwort; wenn jemand es geändert hat, gilt auch das vorherige. Danach sind alle Geräte abgemeldet, und wir schicken Ihnen einen Link für ein neues Passwort.',
    wayBack: 'Das war ich nicht',
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
    heading: 'Ein Wiederherstellungscode wurde verwendet',
    intro:
      'jemand hat Ihr Passwort und einen Ihrer Wiederherstellungscodes verwendet, um sich bei Ihrem Konto anzumelden oder darin etwas zu bestätigen:',
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
  pages: dePages,
};
