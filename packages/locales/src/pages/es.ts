import type { PagesOf } from '../messages.ts';

export const esPages: PagesOf<'es'> = {
  password: 'Contraseña',
  email: 'Correo electrónico',
  tooManyGuesses: 'Ha habido varias contraseñas incorrectas. Espera un poco e inténtalo de nuevo.',
  link: {
    invalid: {
      title: 'Este enlace está incompleto',
      advice:
        'La dirección de esta página no está completa. Abre otra vez el correo y sigue su enlace, o cópialo entero.',
    },
    expired: { title: 'Este enlace ha caducado', advice: 'Pide uno nuevo donde pediste este.' },
    used: {
      title: 'Este enlace ya se ha usado',
      advice: 'Ya ha cumplido su función y aquí no queda nada por hacer. Intenta iniciar sesión.',
    },
    ended: {
      title: 'Este enlace ya no sirve',
      advice:
        'Un correo más reciente lo ha sustituido, o ya no hace falta. Sigue el enlace del último correo, intenta iniciar sesión o empieza de nuevo.',
    },
  },
  verifyEmail: {
    title: 'Confirma tu correo electrónico',
    button: 'Confirmar mi dirección',
    oneClick: 'Un clic, y tu cuenta está lista.',
    askPassword: 'Escribe la contraseña que elegiste al registrarte. Demuestra que este registro es tuyo.',
    notYou: '¿No te has registrado tú? Cierra esta página: sin la contraseña, nadie puede usar la cuenta.',
    passwordMissing: 'Escribe la contraseña, por favor.',
    passwordWrong:
      'Esta no es la contraseña de este registro. Si te registraste varias veces, a cada correo le corresponde la contraseña que elegiste esa vez.',
    doneTitle: 'Tu dirección está confirmada',
    done: 'Gracias. Tu cuenta está lista y ya puedes iniciar sesión.',
  },
  resendVerification: {
    title: 'Recibir otro correo',
    intro: '¿No ha llegado el correo con el enlace, o el enlace es demasiado antiguo? Lo enviamos de nuevo.',
    address: 'La dirección con la que te registraste',
    button: 'Enviar el correo',
    notAnAddress: 'Esto no es una dirección de correo como ada@example.com.',
    doneTitle: 'Mira tu correo',
    done: 'Si un registro con esta dirección espera confirmación, hay un correo en camino. Mira también en la carpeta de spam.',
    noMail:
      '¿No hay correo? Puede que el registro haya caducado: regístrate otra vez. Si ya tienes una cuenta, inicia sesión.',
  },
  resetPassword: {
    title: 'Establecer una contraseña nueva',
    newPassword: 'Contraseña nueva',
    again: 'Otra vez',
    button: 'Establecer la contraseña',
    different: 'Las dos contraseñas no son iguales.',
    doneTitle: 'Tu contraseña se ha cambiado',
    done: 'Se ha cerrado la sesión en todos los demás dispositivos. Inicia sesión con tu contraseña nueva.',
  },
  passwordFaults: {
    short: (characters) => `La contraseña debe tener al menos ${characters} caracteres`,
    long: (characters) => `La contraseña debe tener como máximo ${characters} caracteres`,
    common: 'Esta contraseña es una de las más comunes',
    own: 'La contraseña no debe consistir en tu nombre o tu dirección',
    service: 'La contraseña no debe consistir en el nombre de este servicio',
    breached: 'Esta contraseña se conoce por una filtración de otro servicio',
  },
  changeEmail: {
    title: 'Usar esta dirección de correo',
    button: 'Usar esta dirección',
    askPassword:
      'Escribe la contraseña de la cuenta que debe tener esta dirección. A partir de entonces inicias sesión con ella, y los correos van a ella.',
    notYou: '¿No has pedido esto? Cierra esta página: sin la contraseña, no cambia nada.',
    passwordWrong: 'Esta no es la contraseña de la cuenta para la que se pidió esta dirección.',
    taken: {
      title: 'Esta dirección pertenece a otra cuenta',
      advice: 'Entretanto la dirección ha pasado a ser de otra cuenta, así que la tuya queda como estaba.',
    },
    doneTitle: 'Tu dirección se ha cambiado',
    done: 'A partir de ahora, inicia sesión con tu dirección nueva.',
  },
  restoreEmail: {
    title: 'Recuperar tu cuenta',
    intro:
      'Tu cuenta vuelve a la dirección a la que se envió este enlace. Se cierra la sesión en todos los dispositivos, y recibes un enlace para una contraseña nueva.',
    askPassword: 'Escribe tu contraseña. Si alguien la ha cambiado, también sirve la que tenías antes.',
    code: 'Código de tu aplicación de autenticación, o un código de recuperación',
    button: 'Recuperar mi cuenta',
    passwordWrong: 'Esta no es la contraseña de la cuenta ni una de las que ha tenido últimamente.',
    codeWrong: 'El código es incorrecto o ya se ha usado. Espera al siguiente, o usa un código de recuperación.',
    codeLocked: 'Se han escrito demasiados códigos incorrectos: ahora solo sirve un código de recuperación.',
    taken: {
      title: 'Esta dirección pertenece a otra cuenta',
      advice:
        'Entretanto la dirección ha pasado a ser de otra cuenta, así que no se ha cambiado nada. Escríbenos: te ayudaremos a recuperar la tuya.',
    },
    disabled: {
      title: 'Tu cuenta está desactivada por ahora',
      advice:
        'Por eso no se ha cambiado nada. Conserva este correo: en cuanto se reactive la cuenta, el enlace servirá, hasta que terminen sus siete días. Escríbenos, y no vuelvas a registrarte con esta dirección: pasaría a ser de otra cuenta.',
    },
    expired: {
      title: 'Este enlace ha caducado',
      advice: 'Ha servido durante siete días. Escríbenos: te ayudaremos a recuperar tu cuenta.',
    },
    doneTitle: 'Tu cuenta vuelve a ser tuya',
    done: 'Tiene de nuevo su dirección anterior, y se ha cerrado la sesión en todos los dispositivos. Te hemos enviado un enlace para una contraseña nueva: elige una que no uses en ningún otro sitio.',
  },
  unsubscribe: {
    title: 'Dejar de recibir estos mensajes',
    effect: 'No recibirás más mensajes de este tipo. Los que tu cuenta necesita seguirán llegando.',
    button: 'Darme de baja',
    doneTitle: 'Te has dado de baja',
    done: 'Ya no recibes mensajes de este tipo.',
  },
  resubscribe: {
    title: 'Volver a recibir estos mensajes',
    effect: 'Volverás a recibir mensajes de este tipo.',
    button: 'Volver a recibirlos',
    doneTitle: 'Vuelves a recibir estos mensajes',
    done: 'Los mensajes de este tipo se te envían de nuevo.',
  },
  problems: {
    404: {
      title: 'No se ha encontrado',
      advice: () =>
        'Esta página no existe. Si te ha traído aquí un correo, ábrelo otra vez y sigue su enlace, o cópialo entero.',
    },
    429: {
      title: 'Demasiadas peticiones',
      advice: (wait) => `Esto se ha pedido con demasiada frecuencia. Espera e inténtalo de nuevo ${wait}.`,
    },
    500: {
      title: 'Algo ha fallado por nuestra parte',
      advice: (wait) => `Es un error nuestro y ha quedado registrado. Inténtalo de nuevo ${wait}.`,
    },
    503: {
      title: 'No disponible en este momento',
      advice: (wait) =>
        `No podemos responder en este momento. No se ha hecho nada y no se ha perdido nada. Inténtalo de nuevo ${wait}.`,
    },
    unknown: {
      title: 'El resultado es desconocido',
      advice: () =>
        'La conexión se ha cortado justo en el momento en que iba a hacerse. Sigue otra vez el enlace del correo o intenta iniciar sesión: así se ve si se ha hecho.',
    },
    otherwise: {
      title: 'Esto no ha funcionado',
      advice: () =>
        'Tu navegador ha enviado algo que esta página no entiende. Si te ha traído aquí un correo, ábrelo otra vez y sigue su enlace.',
    },
    soon: 'dentro de un momento',
    tryAgain: 'Intentarlo de nuevo',
    sendAgain: 'Para intentarlo de nuevo, vuelve atrás en el navegador y envía otra vez el formulario.',
    quote: (id) => `Si pides ayuda, indica este número: ${id}`,
  },
};
