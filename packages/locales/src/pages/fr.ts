import type { PagesOf } from '../messages.ts';

export const frPages: PagesOf<'fr'> = {
  password: 'Mot de passe',
  email: 'Adresse e-mail',
  tooManyGuesses: 'Plusieurs mots de passe étaient incorrects. Attendez un peu, puis réessayez.',
  link: {
    invalid: {
      title: 'Ce lien est incomplet',
      advice:
        'L’adresse de cette page n’est pas complète. Ouvrez de nouveau l’e-mail et suivez son lien, ou copiez-le en entier.',
    },
    expired: {
      title: 'Ce lien a expiré',
      advice: 'Demandez-en un nouveau là où vous avez demandé celui-ci.',
    },
    used: {
      title: 'Ce lien a déjà été utilisé',
      advice: 'Il a rempli sa fonction, et il n’y a plus rien à faire ici. Essayez de vous connecter.',
    },
    ended: {
      title: 'Ce lien n’est plus valable',
      advice:
        'Un e-mail plus récent l’a remplacé, ou il n’est plus nécessaire. Suivez le lien du dernier e-mail, essayez de vous connecter, ou recommencez.',
    },
  },
  verifyEmail: {
    title: 'Confirmez votre adresse e-mail',
    button: 'Confirmer mon adresse',
    oneClick: 'Un clic, et votre compte est prêt.',
    askPassword:
      'Saisissez le mot de passe que vous avez choisi lors de l’inscription. Il montre que cette inscription est la vôtre.',
    notYou:
      'Cette inscription ne vient pas de vous\u202f? Fermez cette page\u00a0: sans le mot de passe, personne ne peut utiliser le compte.',
    passwordMissing: 'Veuillez saisir le mot de passe.',
    passwordWrong:
      'Ce n’est pas le mot de passe de cette inscription. En cas d’inscriptions multiples, chaque e-mail va avec le mot de passe choisi cette fois-là.',
    doneTitle: 'Votre adresse est confirmée',
    done: 'Merci. Votre compte est prêt, et vous pouvez vous connecter.',
  },
  resendVerification: {
    title: 'Recevoir un autre e-mail',
    intro: 'L’e-mail avec le lien n’est pas arrivé, ou le lien est trop ancien\u202f? Nous l’envoyons de nouveau.',
    address: 'L’adresse de votre inscription',
    button: 'Envoyer l’e-mail',
    notAnAddress: 'Ce n’est pas une adresse e-mail comme ada@example.com.',
    doneTitle: 'Consultez votre messagerie',
    done: 'Si une inscription avec cette adresse attend d’être confirmée, un e-mail est en route. Regardez aussi dans les indésirables.',
    noMail:
      'Pas d’e-mail\u202f? L’inscription est peut-être expirée\u00a0: inscrivez-vous de nouveau. Si vous avez déjà un compte, connectez-vous.',
  },
  resetPassword: {
    title: 'Définir un nouveau mot de passe',
    newPassword: 'Nouveau mot de passe',
    again: 'Encore une fois',
    button: 'Définir le mot de passe',
    different: 'Les deux mots de passe ne sont pas identiques.',
    doneTitle: 'Votre mot de passe est modifié',
    done: 'Tous les autres appareils sont déconnectés. Connectez-vous avec votre nouveau mot de passe.',
  },
  passwordFaults: {
    short: (characters) => `Le mot de passe doit comporter au moins ${characters} caractères`,
    long: (characters) => `Le mot de passe doit comporter au plus ${characters} caractères`,
    common: 'Ce mot de passe est l’un des plus courants',
    own: 'Le mot de passe ne doit pas être formé de votre nom ou de votre adresse',
    service: 'Le mot de passe ne doit pas être formé du nom de ce service',
    breached: 'Ce mot de passe est connu par une fuite de données d’un autre service',
  },
  changeEmail: {
    title: 'Utiliser cette adresse e-mail',
    button: 'Utiliser cette adresse',
    askPassword:
      'Saisissez le mot de passe du compte qui doit avoir cette adresse. Ensuite, vous vous connectez avec elle, et les e-mails lui sont envoyés.',
    notYou: 'Vous n’avez rien demandé\u202f? Fermez cette page\u00a0: sans le mot de passe, rien ne change.',
    passwordWrong: 'Ce n’est pas le mot de passe du compte pour lequel cette adresse a été demandée.',
    taken: {
      title: 'Cette adresse appartient à un autre compte',
      advice: 'Entre-temps, l’adresse est devenue celle d’un autre compte\u202f; le vôtre reste donc inchangé.',
    },
    doneTitle: 'Votre adresse est modifiée',
    done: 'Connectez-vous désormais avec votre nouvelle adresse.',
  },
  restoreEmail: {
    title: 'Récupérer votre compte',
    intro:
      'Votre compte revient à l’adresse à laquelle ce lien a été envoyé. Tous les appareils sont déconnectés, et vous recevez un lien pour choisir un nouveau mot de passe.',
    askPassword: 'Saisissez votre mot de passe. Si quelqu’un l’a modifié, celui que vous aviez avant convient aussi.',
    code: 'Code de votre application d’authentification, ou un code de récupération',
    button: 'Récupérer mon compte',
    passwordWrong: 'Ce n’est ni le mot de passe du compte, ni l’un de ceux qu’il a eus récemment.',
    codeWrong: 'Le code est incorrect ou a déjà été utilisé. Attendez le suivant, ou utilisez un code de récupération.',
    codeLocked: 'Trop de codes incorrects ont été saisis\u202f: seul un code de récupération convient maintenant.',
    taken: {
      title: 'Cette adresse appartient à un autre compte',
      advice:
        'Entre-temps, l’adresse est devenue celle d’un autre compte\u202f; rien n’a donc été modifié. Écrivez-nous\u00a0: nous vous aiderons à récupérer le vôtre.',
    },
    disabled: {
      title: 'Votre compte est désactivé pour le moment',
      advice:
        'Rien n’a donc été modifié. Conservez cet e-mail\u00a0: dès que le compte sera réactivé, le lien fonctionnera, jusqu’à la fin de ses sept jours. Écrivez-nous, et ne vous inscrivez pas de nouveau avec cette adresse\u00a0: elle appartiendrait alors à un autre compte.',
    },
    expired: {
      title: 'Ce lien a expiré',
      advice: 'Il était valable sept jours. Écrivez-nous\u00a0: nous vous aiderons à récupérer votre compte.',
    },
    doneTitle: 'Votre compte est de nouveau à vous',
    done: 'Il a retrouvé son ancienne adresse, et tous les appareils sont déconnectés. Nous vous avons envoyé un lien pour choisir un nouveau mot de passe\u00a0: prenez-en un que vous n’utilisez nulle part ailleurs.',
  },
  unsubscribe: {
    title: 'Ne plus recevoir ces messages',
    effect: 'Vous ne recevrez plus de messages de ce type. Ceux dont votre compte a besoin arrivent toujours.',
    button: 'Se désabonner',
    doneTitle: 'Votre désabonnement est enregistré',
    done: 'Vous ne recevez plus de messages de ce type.',
  },
  resubscribe: {
    title: 'Recevoir à nouveau ces messages',
    effect: 'Vous recevrez à nouveau des messages de ce type.',
    button: 'Les recevoir à nouveau',
    doneTitle: 'Vous recevez à nouveau ces messages',
    done: 'Les messages de ce type vous sont à nouveau envoyés.',
  },
  problems: {
    404: {
      title: 'Page introuvable',
      advice: () =>
        'Cette page n’existe pas. Si un e-mail vous a conduit ici, ouvrez-le de nouveau et suivez son lien, ou copiez-le en entier.',
    },
    429: {
      title: 'Trop de demandes',
      advice: (wait) => `Cela a été demandé trop souvent. Veuillez patienter, puis réessayez ${wait}.`,
    },
    500: {
      title: 'Une erreur s’est produite de notre côté',
      advice: (wait) => `C’est une erreur de notre côté, et elle a été enregistrée. Veuillez réessayer ${wait}.`,
    },
    503: {
      title: 'Indisponible pour le moment',
      advice: (wait) =>
        `Nous ne pouvons pas répondre pour le moment. Rien n’a été fait et rien n’est perdu. Veuillez réessayer ${wait}.`,
    },
    unknown: {
      title: 'Le résultat est inconnu',
      advice: () =>
        'La connexion s’est interrompue au moment même où l’opération devait se faire. Suivez de nouveau le lien de l’e-mail, ou essayez de vous connecter\u00a0: cela montre si elle a été faite.',
    },
    otherwise: {
      title: 'Cela n’a pas fonctionné',
      advice: () =>
        'Votre navigateur a envoyé quelque chose que cette page ne comprend pas. Si un e-mail vous a conduit ici, ouvrez-le de nouveau et suivez son lien.',
    },
    soon: 'dans un instant',
    tryAgain: 'Réessayer',
    sendAgain: 'Pour réessayer, revenez en arrière dans votre navigateur et envoyez de nouveau le formulaire.',
    quote: (id) => `Si vous demandez de l’aide, indiquez ce numéro\u00a0: ${id}`,
  },
};
