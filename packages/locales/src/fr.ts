import type { TextsOf } from './messages.ts';
import { frPages } from './pages/fr.ts';
import { plural } from './plural.ts';

/** French, with « vous ». \u00a0 goes before colons and inside guillemets, \u202f before ; ! ? as the Imprimerie nationale has it. */
export const fr: TextsOf<'fr'> = {
  greeting: (name) => (name === undefined ? 'Bonjour,' : `Bonjour ${name},`),
  openApp: (brand) => `Ouvrir ${brand}`,
  linkExpires: (time) => `Ce lien ne peut servir qu’une fois, jusqu’au ${time}.`,
  ignoreIfNotYou: 'Si vous n’êtes pas à l’origine de cette demande, ignorez ce message. Rien ne changera.',
  secureYourAccount:
    'Si ce n’était pas vous, choisissez tout de suite «\u00a0Mot de passe oublié\u00a0» sur la page de connexion. Un nouveau mot de passe déconnecte tous les autres appareils.',
  contactUs: (brand, address) =>
    address === undefined
      ? `Si vous pensez qu’il s’agit d’une erreur, contactez ${brand}.`
      : `Si vous pensez qu’il s’agit d’une erreur, écrivez à ${address}.`,
  browserOn: (browser, system) => `${browser} sur ${system}`,
  layout: {
    plainLink: 'Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur\u00a0:',
    reason: (brand) => `${brand} vous envoie ce message car cette adresse e-mail a été indiquée pour un compte.`,
    neverAsks: 'Nous ne vous demandons jamais par e-mail votre mot de passe ni un code.',
    help: 'Une question\u202f?',
    unsubscribe: 'Se désabonner de ces messages',
  },
  labels: {
    unknown: 'Non disponible',
    when: 'Date et heure\u00a0:',
    device: 'Appareil\u00a0:',
    network: 'Réseau\u00a0:',
    newAddress: 'Nouvelle adresse\u00a0:',
    roles: 'Rôles\u00a0:',
  },
  verification: {
    subject: (brand) => `Confirmez votre adresse e-mail pour ${brand}`,
    heading: 'Confirmez votre adresse e-mail',
    intro: (brand) =>
      `Merci pour votre inscription sur ${brand}. Merci de confirmer que cette adresse est bien la vôtre.`,
    button: 'Confirmer l’adresse',
    notYou:
      'Si vous n’êtes pas à l’origine de cette inscription, ignorez ce message. Sans votre confirmation, personne ne peut utiliser le compte.',
    password:
      'Dans le navigateur avec lequel vous vous êtes inscrit, un clic suffit. Dans tout autre, nous vous demandons le mot de passe choisi lors de l’inscription.',
  },
  welcome: {
    subject: (brand) => `Bienvenue sur ${brand}`,
    heading: 'Votre compte est prêt',
    intro: (brand) =>
      `Votre adresse est confirmée. Vous pouvez maintenant vous connecter à ${brand} avec cette adresse et votre mot de passe.`,
    security:
      'Un conseil\u00a0: activez l’authentification à deux facteurs dans vos paramètres. Elle protège votre compte même si quelqu’un découvre votre mot de passe.',
  },
  alreadyRegistered: {
    subject: (brand) => `Vous avez déjà un compte ${brand}`,
    heading: 'Vous avez déjà un compte',
    intro: (brand) =>
      `Quelqu’un, peut-être vous, a essayé de s’inscrire sur ${brand} avec cette adresse. Ce n’est pas nécessaire\u00a0: vous avez un compte, il suffit de vous connecter.`,
    forgotten:
      'Si vous avez oublié votre mot de passe, choisissez «\u00a0Mot de passe oublié\u00a0» sur la page de connexion.',
    notYou:
      'Si ce n’était pas vous, vous n’avez rien à faire. Votre compte est inchangé, et la personne qui a essayé n’a pas appris qu’il existe.',
  },
  addressTaken: {
    subject: (brand) => `Votre adresse a été demandée pour un autre compte ${brand}`,
    heading: 'Votre adresse a déjà un compte',
    intro: (brand) =>
      `Quelqu’un, peut-être vous, a voulu utiliser cette adresse pour un autre compte ${brand}. Elle appartient à votre compte\u00a0: rien n’a donc été modifié, et la personne qui l’a demandée n’a pas appris qu’il existe.`,
    wasYou:
      'Si c’était vous, connectez-vous avec cette adresse. Pour l’utiliser avec l’autre compte, donnez d’abord une autre adresse à celui-ci, ou supprimez-le.',
    notYou: 'Si ce n’était pas vous, vous n’avez rien à faire.',
  },
  passwordReset: {
    subject: (brand) => `Choisissez un nouveau mot de passe pour ${brand}`,
    heading: 'Choisissez un nouveau mot de passe',
    intro: (brand) => `Quelqu’un (vous, nous l’espérons) a demandé un nouveau mot de passe pour votre compte ${brand}.`,
    button: 'Choisir un mot de passe',
    notYou: 'Si vous n’êtes pas à l’origine de cette demande, ignorez ce message. Votre mot de passe reste le même.',
  },
  passwordChanged: {
    subject: (brand) => `Votre mot de passe ${brand} a été modifié`,
    heading: 'Votre mot de passe a été modifié',
    intro: 'Votre compte a un nouveau mot de passe. Tous les autres appareils ont été déconnectés.',
  },
  emailChange: {
    subject: (brand) => `Confirmez votre nouvelle adresse e-mail pour ${brand}`,
    heading: 'Confirmez votre nouvelle adresse',
    intro: (brand) =>
      `Vous souhaitez utiliser cette adresse pour votre compte ${brand}. Merci de confirmer qu’elle est bien la vôtre. D’ici là, votre compte conserve l’ancienne. Le mot de passe de ce compte vous sera demandé.`,
    button: 'Confirmer l’adresse',
  },
  emailChangeNotice: {
    subject: (brand) => `Demande de changement d’adresse e-mail pour votre compte ${brand}`,
    heading: 'Demande de changement d’adresse',
    intro: 'Quelqu’un (vous, nous l’espérons) souhaite utiliser une autre adresse e-mail pour votre compte\u00a0:',
    effect: 'Le changement prendra effet dès que la nouvelle adresse sera confirmée.',
    stopIt:
      'Si ce n’était pas vous, choisissez tout de suite «\u00a0Mot de passe oublié\u00a0» sur la page de connexion. Un nouveau mot de passe annule ce changement et déconnecte tous les autres appareils.',
  },
  emailChanged: {
    subject: (brand) => `Votre adresse e-mail pour ${brand} a été modifiée`,
    heading: 'Votre adresse a été modifiée',
    intro: (brand) => `Votre compte ${brand} a maintenant une autre adresse e-mail\u00a0:`,
    effect: 'Désormais, vous vous connectez avec la nouvelle adresse, et c’est là que nous vous écrirons.',
    notYou:
      'Ce n’était pas vous\u202f? Le bouton mène à une page qui rend le compte à cette adresse. Elle demande votre mot de passe\u202f; si quelqu’un l’a modifié, le précédent convient aussi. Tous les appareils sont alors déconnectés, et nous vous envoyons un lien pour choisir un nouveau mot de passe.',
    wayBack: 'Ce n’était pas moi',
  },
  newDevice: {
    subject: (brand) => `Nouvelle connexion à votre compte ${brand}`,
    heading: 'Connexion depuis un nouvel appareil',
    intro: 'Quelqu’un s’est connecté à votre compte depuis un appareil que nous ne connaissons pas encore\u00a0:',
    wasYou: 'Si c’était vous, vous n’avez rien à faire.',
  },
  twoFactorEnabled: {
    subject: (brand) => `L’authentification à deux facteurs est activée pour ${brand}`,
    heading: 'L’authentification à deux facteurs est activée',
    intro: 'Désormais, il faut aussi un code de votre application d’authentification pour vous connecter.',
    recovery:
      'Gardez vos codes de récupération en lieu sûr. Ils vous serviront si vous perdez votre appareil\u202f; chacun n’est valable qu’une fois.',
    stillOn: (brand, address) =>
      `Un nouveau mot de passe ne désactive pas le second facteur. Si vous ne l’avez pas activé vous-même, contactez aussi ${address ?? brand}.`,
  },
  twoFactorDisabled: {
    subject: (brand) => `L’authentification à deux facteurs est désactivée pour ${brand}`,
    heading: 'L’authentification à deux facteurs est désactivée',
    intro:
      'Désormais, votre mot de passe suffit pour vous connecter. Vous pouvez réactiver le second facteur dans vos paramètres.',
  },
  recoveryCodeUsed: {
    subject: (brand) => `Un code de récupération a été utilisé sur ${brand}`,
    heading: 'Un code de récupération a été utilisé',
    intro:
      'Quelqu’un a utilisé votre mot de passe et l’un de vos codes de récupération pour se connecter à votre compte ou y confirmer quelque chose\u00a0:',
  },
  recoveryCodesRenewed: {
    subject: (brand) => `Nouveaux codes de récupération pour ${brand}`,
    heading: 'Vos codes de récupération ont été remplacés',
    intro: 'De nouveaux codes de récupération ont été créés pour votre compte. Les anciens ne fonctionnent plus.',
    renewCodes: 'Créez ensuite aussi de nouveaux codes de récupération.',
  },
  twoFactorLocked: {
    subject: (brand) => `Les codes de votre application sont bloqués pour ${brand}`,
    heading: 'Les codes de votre application d’authentification sont bloqués',
    intro:
      'Quelqu’un qui connaît votre mot de passe a saisi trop de codes erronés à la suite. Les codes de votre application d’authentification ne sont donc plus acceptés. Dernière tentative\u00a0:',
    recovery:
      'Connectez-vous avec l’un de vos codes de récupération\u00a0: les codes de l’application fonctionneront de nouveau. S’il ne vous en reste aucun, demandez-nous de l’aide. Si ce n’était pas vous, choisissez d’abord un nouveau mot de passe.',
  },
  twoFactorRemoved: {
    intro:
      'Un administrateur a supprimé le second facteur de votre compte. Tous vos appareils ont été déconnectés, et votre mot de passe suffit pour le moment à vous connecter.',
    next: 'Connectez-vous et configurez de nouveau un second facteur dans vos paramètres.',
  },
  accountDisabled: {
    subject: (brand) => `Votre compte ${brand} a été désactivé`,
    heading: 'Votre compte a été désactivé',
    intro:
      'Un administrateur a désactivé votre compte. Tous vos appareils ont été déconnectés, et vous ne pouvez plus vous connecter pour le moment. Vos données n’ont pas été supprimées.',
  },
  accountEnabled: {
    subject: (brand) => `Votre compte ${brand} a été réactivé`,
    heading: 'Votre compte a été réactivé',
    intro: 'Un administrateur a réactivé votre compte. Vous pouvez vous connecter comme avant.',
  },
  accountErased: {
    subject: (brand) => `Votre compte ${brand} a été supprimé`,
    heading: 'Votre compte a été supprimé',
    intro: (brand) =>
      `Votre compte ${brand} et les données personnelles qu’il contenait ont été supprimés. Cette opération est définitive.`,
    last: 'C’est le dernier message à ce sujet.',
  },
  rolesChanged: {
    subject: (brand) => `Vos rôles sur ${brand} ont changé`,
    heading: 'Vos rôles ont changé',
    intro: 'Un administrateur a modifié ce que vous pouvez faire avec votre compte.',
    none: 'Vous n’avez plus aucun rôle.',
    now: plural('fr', {
      one: 'Vous avez maintenant ce rôle\u00a0:',
      many: 'Vous avez maintenant ces rôles\u00a0:',
      other: 'Vous avez maintenant ces rôles\u00a0:',
    }),
  },
  pages: frPages,
};
