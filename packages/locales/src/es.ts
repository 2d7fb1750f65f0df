import type { TextsOf } from './messages.ts';
import { esPages } from './pages/es.ts';
import { plural } from './plural.ts';

/** Spanish, with «tú», in words that are understood on both sides of the Atlantic. */
export const es: TextsOf<'es'> = {
  greeting: (name) => (name === undefined ? 'Hola:' : `Hola, ${name}:`),
  openApp: (brand) => `Abrir ${brand}`,
  linkExpires: (time) => `El enlace sirve una sola vez, hasta el ${time}.`,
  ignoreIfNotYou: 'Si no lo has pedido tú, ignora este mensaje. No cambiará nada.',
  secureYourAccount:
    'Si no has sido tú, elige de inmediato «He olvidado mi contraseña» en la página de inicio de sesión. Una contraseña nueva cierra la sesión en todos los demás dispositivos.',
  contactUs: (brand, address) =>
    address === undefined
      ? `Si crees que se trata de un error, ponte en contacto con ${brand}.`
      : `Si crees que se trata de un error, escribe a ${address}.`,
  browserOn: (browser, system) => `${browser} en ${system}`,
  layout: {
    plainLink: 'Si el botón no funciona, copia esta dirección en tu navegador:',
    reason: (brand) =>
      `${brand} te envía este mensaje porque esta dirección de correo electrónico se ha indicado para una cuenta.`,
    neverAsks: 'Nunca te pedimos por correo electrónico la contraseña ni un código.',
    help: '¿Tienes alguna pregunta?',
    unsubscribe: 'Dejar de recibir estos mensajes',
  },
  labels: {
    unknown: 'Sin datos',
    when: 'Fecha y hora:',
    device: 'Dispositivo:',
    network: 'Red:',
    newAddress: 'Nueva dirección:',
    roles: 'Roles:',
  },
  verification: {
    subject: (brand) => `Confirma tu dirección de correo para ${brand}`,
    heading: 'Confirma tu dirección de correo',
    intro: (brand) => `Gracias por registrarte en ${brand}. Confirma, por favor, que esta dirección es tuya.`,
    button: 'Confirmar dirección',
    notYou: 'Si no te has registrado, ignora este mensaje. Sin tu confirmación, nadie puede usar la cuenta.',
    password:
      'En el navegador con el que te registraste basta un clic. En cualquier otro te pediremos la contraseña que elegiste al registrarte.',
  },
  welcome: {
    subject: (brand) => `Te damos la bienvenida a ${brand}`,
    heading: 'Tu cuenta está lista',
    intro: (brand) =>
      `Tu dirección está confirmada. A partir de ahora inicias sesión en ${brand} con ella y con tu contraseña.`,
    security:
      'Un consejo: activa la autenticación en dos pasos en los ajustes. Protege tu cuenta aunque alguien averigüe tu contraseña.',
  },
  alreadyRegistered: {
    subject: (brand) => `Ya tienes una cuenta en ${brand}`,
    heading: 'Ya tienes una cuenta',
    intro: (brand) =>
      `Alguien, quizá tú, ha intentado registrarse en ${brand} con esta dirección. No hace falta: tienes una cuenta y basta con iniciar sesión.`,
    forgotten: 'Si ya no recuerdas tu contraseña, elige «He olvidado mi contraseña» en la página de inicio de sesión.',
    notYou:
      'Si no has sido tú, no tienes que hacer nada. Tu cuenta sigue igual, y quien lo ha intentado no se ha enterado de que existe.',
  },
  addressTaken: {
    subject: (brand) => `Han pedido tu dirección para otra cuenta de ${brand}`,
    heading: 'Tu dirección ya tiene una cuenta',
    intro: (brand) =>
      `Alguien, quizá tú, ha querido usar esta dirección para otra cuenta en ${brand}. Pertenece a tu cuenta, así que no se ha cambiado nada, y quien la ha pedido no se ha enterado de que existe.`,
    wasYou:
      'Si has sido tú, inicia sesión con esta dirección. Para usarla en la otra cuenta, primero asigna otra dirección a esta o elimínala.',
    notYou: 'Si no has sido tú, no tienes que hacer nada.',
  },
  passwordReset: {
    subject: (brand) => `Elige una nueva contraseña para ${brand}`,
    heading: 'Elige una nueva contraseña',
    intro: (brand) =>
      `Alguien (esperamos que hayas sido tú) ha pedido una nueva contraseña para tu cuenta en ${brand}.`,
    button: 'Elegir contraseña',
    notYou: 'Si no la has pedido tú, ignora este mensaje. Tu contraseña sigue siendo la misma.',
  },
  passwordChanged: {
    subject: (brand) => `Tu contraseña de ${brand} ha cambiado`,
    heading: 'Tu contraseña ha cambiado',
    intro: 'Tu cuenta tiene una nueva contraseña. Se ha cerrado la sesión en todos los demás dispositivos.',
  },
  emailChange: {
    subject: (brand) => `Confirma tu nueva dirección de correo para ${brand}`,
    heading: 'Confirma tu nueva dirección',
    intro: (brand) =>
      `Has pedido usar esta dirección para tu cuenta en ${brand}. Confirma, por favor, que es tuya. Hasta entonces, tu cuenta conserva la anterior. Se te pedirá la contraseña de esa cuenta.`,
    button: 'Confirmar dirección',
  },
  emailChangeNotice: {
    subject: (brand) => `Solicitud de cambio de correo en tu cuenta de ${brand}`,
    heading: 'Solicitud de cambio de dirección',
    intro: 'Alguien (esperamos que hayas sido tú) ha pedido usar otra dirección de correo para tu cuenta:',
    effect: 'El cambio tendrá efecto en cuanto se confirme la nueva dirección.',
    stopIt:
      'Si no has sido tú, elige de inmediato «He olvidado mi contraseña» en la página de inicio de sesión. Una contraseña nueva anula este cambio y cierra la sesión en todos los demás dispositivos.',
  },
  emailChanged: {
    subject: (brand) => `Tu dirección de correo para ${brand} ha cambiado`,
    heading: 'Tu dirección ha cambiado',
    intro: (brand) => `Tu cuenta en ${brand} tiene ahora otra dirección de correo:`,
    effect: 'A partir de ahora inicias sesión con la nueva dirección, y te escribiremos allí.',
    notYou:
      '¿No has sido tú? El botón lleva a una página que devuelve la cuenta a esta dirección. Pide tu contraseña; si alguien la ha cambiado, también sirve la anterior. Después se cierra la sesión en todos los dispositivos, y te enviamos un enlace para una contraseña nueva.',
    wayBack: 'No he sido yo',
  },
  newDevice: {
    subject: (brand) => `Nuevo inicio de sesión en tu cuenta de ${brand}`,
    heading: 'Inicio de sesión desde un nuevo dispositivo',
    intro: 'Alguien ha iniciado sesión en tu cuenta desde un dispositivo que aún no conocíamos:',
    wasYou: 'Si has sido tú, no tienes que hacer nada.',
  },
  twoFactorEnabled: {
    subject: (brand) => `La autenticación en dos pasos está activada en ${brand}`,
    heading: 'La autenticación en dos pasos está activada',
    intro: 'A partir de ahora, para iniciar sesión hace falta también un código de tu aplicación de autenticación.',
    recovery:
      'Guarda tus códigos de recuperación en un lugar seguro. Cada uno sirve una sola vez, por si pierdes tu dispositivo.',
    stillOn: (brand, address) =>
      `Una contraseña nueva no desactiva el segundo paso. Si no lo has activado tú, ponte también en contacto con ${address ?? brand}.`,
  },
  twoFactorDisabled: {
    subject: (brand) => `La autenticación en dos pasos está desactivada en ${brand}`,
    heading: 'La autenticación en dos pasos está desactivada',
    intro:
      'A partir de ahora, tu contraseña basta para iniciar sesión. Puedes volver a activar el segundo paso en los ajustes.',
  },
  recoveryCodeUsed: {
    subject: (brand) => `Se ha usado un código de recuperación en ${brand}`,
    heading: 'Se ha usado un código de recuperación',
    intro:
      'Alguien ha usado tu contraseña y uno de tus códigos de recuperación para iniciar sesión en tu cuenta o confirmar algo en ella:',
  },
  recoveryCodesRenewed: {
    subject: (brand) => `Nuevos códigos de recuperación en ${brand}`,
    heading: 'Tus códigos de recuperación se han sustituido',
    intro: 'Se han creado nuevos códigos de recuperación para tu cuenta. Los anteriores ya no funcionan.',
    renewCodes: 'Después, crea también códigos de recuperación nuevos.',
  },
  twoFactorLocked: {
    subject: (brand) => `Los códigos de tu aplicación están bloqueados en ${brand}`,
    heading: 'Los códigos de tu aplicación de autenticación están bloqueados',
    intro:
      'Alguien que conoce tu contraseña ha introducido un código incorrecto demasiadas veces seguidas. Por eso ya no se aceptan los códigos de tu aplicación de autenticación. Último intento:',
    recovery:
      'Inicia sesión con uno de tus códigos de recuperación: después los códigos de la aplicación volverán a funcionar. Si no te queda ninguno, pídenos ayuda. Si no has sido tú, elige primero una contraseña nueva.',
  },
  twoFactorRemoved: {
    intro:
      'Un administrador ha eliminado el segundo paso de tu cuenta. Se ha cerrado la sesión en todos tus dispositivos y, por ahora, tu contraseña basta para iniciar sesión.',
    next: 'Inicia sesión y vuelve a configurar un segundo paso en los ajustes.',
  },
  accountDisabled: {
    subject: (brand) => `Tu cuenta de ${brand} ha sido desactivada`,
    heading: 'Tu cuenta ha sido desactivada',
    intro:
      'Un administrador ha desactivado tu cuenta. Se ha cerrado la sesión en todos tus dispositivos y por ahora no puedes volver a iniciarla. Tus datos no se han eliminado.',
  },
  accountEnabled: {
    subject: (brand) => `Tu cuenta de ${brand} ha sido reactivada`,
    heading: 'Tu cuenta ha sido reactivada',
    intro: 'Un administrador ha reactivado tu cuenta. Puedes iniciar sesión como antes.',
  },
  accountErased: {
    subject: (brand) => `Tu cuenta de ${brand} ha sido eliminada`,
    heading: 'Tu cuenta ha sido eliminada',
    intro: (brand) =>
      `Tu cuenta en ${brand} y los datos personales que contenía se han eliminado. Esto no se puede deshacer.`,
    last: 'Este es el último mensaje al respecto.',
  },
  rolesChanged: {
    subject: (brand) => `Tus roles en ${brand} han cambiado`,
    heading: 'Tus roles han cambiado',
    intro: 'Un administrador ha cambiado lo que puedes hacer con tu cuenta.',
    none: 'Ya no tienes ningún rol.',
    now: plural('es', {
      one: 'Ahora tienes este rol:',
      many: 'Ahora tienes estos roles:',
      other: 'Ahora tienes estos roles:',
    }),
  },
  pages: esPages,
};
