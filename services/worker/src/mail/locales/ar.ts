import type { Messages } from './messages.ts';
import { plural } from './plural.ts';

/** LEFT-TO-RIGHT MARK: among Arabic words a brand such as "Yahoo!" is shown as "!Yahoo" without it. */
const LRM = '\u200e';
// No mark behind an address: a client that makes a link of it would take the mark into it.
const ltr = (address: string) => `${LRM}${address}`;
const named = (brand: string) => `${LRM}${brand}${LRM}`;

/** Modern Standard Arabic. Instructions are verbal nouns (يرجى تأكيد) where they can be, which address everybody alike. */
export const ar: Messages = {
  greeting: (name) => (name === undefined ? 'مرحبًا،' : `مرحبًا ${name}،`),
  openApp: (brand) => `فتح ${named(brand)}`,
  linkExpires: (time) => `يعمل هذا الرابط مرة واحدة فقط، وتنتهي صلاحيته بتاريخ ${time}.`,
  ignoreIfNotYou: 'إذا لم يصدر هذا الطلب عنك، فيمكنك تجاهل هذه الرسالة، ولن يتغير شيء.',
  secureYourAccount:
    'إذا لم يصدر ذلك عنك، فيرجى اختيار «نسيت كلمة المرور» في صفحة تسجيل الدخول فورًا. عند تعيين كلمة مرور جديدة يتم تسجيل الخروج من جميع الأجهزة الأخرى.',
  contactUs: (brand, address) =>
    address === undefined
      ? `إذا كان في الأمر خطأ، فيرجى التواصل مع ${named(brand)}.`
      : `إذا كان في الأمر خطأ، فيرجى الكتابة إلى ${ltr(address)}.`,
  browserOn: (browser, system) => `${browser} على ${system}`,
  layout: {
    plainLink: 'إذا لم يعمل الزر، فيرجى نسخ هذا العنوان إلى المتصفح:',
    reason: (brand) => `تصلك هذه الرسالة من ${named(brand)} لأن عنوان البريد الإلكتروني هذا استُخدم لأحد الحسابات.`,
    neverAsks: 'لا نطلب منك أبدًا عبر البريد الإلكتروني كلمة المرور أو أي رمز.',
    help: 'هل لديك سؤال؟',
    unsubscribe: 'إلغاء الاشتراك في هذه الرسائل',
  },
  labels: {
    unknown: 'غير معروف',
    when: 'التاريخ والوقت:',
    device: 'الجهاز:',
    network: 'الشبكة:',
    newAddress: 'العنوان الجديد:',
    roles: 'الأدوار:',
  },
  verification: {
    subject: (brand) => `تأكيد عنوان بريدك الإلكتروني لدى ${named(brand)}`,
    heading: 'تأكيد عنوان بريدك الإلكتروني',
    intro: (brand) => `شكرًا على التسجيل في ${named(brand)}. يرجى تأكيد أن هذا العنوان يخصك.`,
    button: 'تأكيد العنوان',
    notYou: 'إذا لم يصدر التسجيل عنك، فيمكنك تجاهل هذه الرسالة. لا يمكن لأحد استخدام الحساب من دون تأكيدك.',
  },
  welcome: {
    subject: (brand) => `مرحبًا بك في ${named(brand)}`,
    heading: 'حسابك جاهز',
    intro: (brand) => `تم تأكيد عنوانك. يمكنك من الآن تسجيل الدخول إلى ${named(brand)} بهذا العنوان وكلمة المرور.`,
    security: 'نصيحة: يُستحسن تفعيل المصادقة الثنائية في الإعدادات، فهي تحمي حسابك حتى لو عرف شخص آخر كلمة مرورك.',
  },
  alreadyRegistered: {
    subject: (brand) => `لديك حساب بالفعل في ${named(brand)}`,
    heading: 'لديك حساب بالفعل',
    intro: (brand) =>
      `حاول شخص ما، ربما أنت، التسجيل في ${named(brand)} بهذا العنوان. لا حاجة إلى ذلك: لديك حساب، ويكفي تسجيل الدخول إليه.`,
    forgotten: 'إذا نسيت كلمة المرور، فيرجى اختيار «نسيت كلمة المرور» في صفحة تسجيل الدخول.',
    notYou: 'إذا لم يصدر ذلك عنك، فلا داعي لفعل أي شيء. لم يتغير حسابك، ولم يعلم من حاول التسجيل بوجوده.',
  },
  passwordReset: {
    subject: (brand) => `تعيين كلمة مرور جديدة في ${named(brand)}`,
    heading: 'تعيين كلمة مرور جديدة',
    intro: (brand) => `طلب شخص ما، ونرجو أن يكون أنت، كلمة مرور جديدة لحسابك في ${named(brand)}.`,
    button: 'اختيار كلمة مرور جديدة',
    notYou: 'إذا لم يصدر هذا الطلب عنك، فيمكنك تجاهل هذه الرسالة. تبقى كلمة مرورك كما هي.',
  },
  passwordChanged: {
    subject: (brand) => `تم تغيير كلمة مرورك في ${named(brand)}`,
    heading: 'تم تغيير كلمة مرورك',
    intro: 'لحسابك الآن كلمة مرور جديدة. تم تسجيل الخروج من جميع الأجهزة الأخرى.',
  },
  emailChange: {
    subject: (brand) => `تأكيد عنوان بريدك الإلكتروني الجديد لدى ${named(brand)}`,
    heading: 'تأكيد عنوانك الجديد',
    intro: (brand) =>
      `وصلنا طلب منك لاستخدام هذا العنوان لحسابك في ${named(brand)}. يرجى تأكيد أنه يخصك. حتى ذلك الحين يحتفظ حسابك بالعنوان القديم.`,
    button: 'تأكيد العنوان الجديد',
  },
  emailChangeNotice: {
    subject: (brand) => `طلب لتغيير عنوان بريدك الإلكتروني لدى ${named(brand)}`,
    heading: 'طلب لتغيير عنوان بريدك الإلكتروني',
    intro: 'طلب شخص ما، ونرجو أن يكون أنت، استخدام عنوان بريد إلكتروني آخر لحسابك:',
    effect: 'يسري التغيير فور تأكيد العنوان الجديد.',
    stopIt:
      'إذا لم يصدر ذلك عنك، فيرجى اختيار «نسيت كلمة المرور» في صفحة تسجيل الدخول فورًا. تعيين كلمة مرور جديدة يلغي هذا التغيير ويؤدي إلى تسجيل الخروج من جميع الأجهزة الأخرى.',
  },
  emailChanged: {
    subject: (brand) => `تم تغيير عنوان بريدك الإلكتروني لدى ${named(brand)}`,
    heading: 'تم تغيير عنوان بريدك الإلكتروني',
    intro: (brand) => `لحسابك في ${named(brand)} الآن عنوان بريد إلكتروني آخر:`,
    effect: 'من الآن فصاعدًا يكون تسجيل الدخول بالعنوان الجديد، وسنراسلك عليه.',
  },
  newDevice: {
    subject: (brand) => `تسجيل دخول جديد إلى حسابك في ${named(brand)}`,
    heading: 'تسجيل دخول من جهاز جديد',
    intro: 'تم تسجيل الدخول إلى حسابك من جهاز لم نره من قبل:',
    wasYou: 'إذا صدر ذلك عنك، فلا داعي لفعل أي شيء.',
  },
  twoFactorEnabled: {
    subject: (brand) => `تم تفعيل المصادقة الثنائية في ${named(brand)}`,
    heading: 'تم تفعيل المصادقة الثنائية',
    intro: 'من الآن فصاعدًا يتطلب تسجيل الدخول أيضًا رمزًا من تطبيق المصادقة.',
    recovery: 'يرجى حفظ رموز الاسترداد في مكان آمن لاستخدامها عند فقدان الجهاز. يعمل كل رمز مرة واحدة فقط.',
    stillOn: (brand, address) =>
      `كلمة المرور الجديدة لا توقف المصادقة الثنائية. إذا لم يصدر تفعيلها عنك، فيرجى أيضًا التواصل مع ${address === undefined ? named(brand) : ltr(address)}.`,
  },
  twoFactorDisabled: {
    subject: (brand) => `تم إيقاف المصادقة الثنائية في ${named(brand)}`,
    heading: 'تم إيقاف المصادقة الثنائية',
    intro: 'من الآن فصاعدًا تكفي كلمة المرور وحدها لتسجيل الدخول. يمكنك إعادة تفعيل المصادقة الثنائية في الإعدادات.',
  },
  accountDisabled: {
    subject: (brand) => `تم تعطيل حسابك في ${named(brand)}`,
    heading: 'تم تعطيل حسابك',
    intro:
      'عطّلت الإدارة حسابك. تم تسجيل الخروج من جميع أجهزتك، ولا يمكنك تسجيل الدخول في الوقت الحالي. لم تُحذف بياناتك.',
  },
  accountEnabled: {
    subject: (brand) => `حسابك في ${named(brand)} متاح من جديد`,
    heading: 'حسابك متاح من جديد',
    intro: 'أعادت الإدارة تفعيل حسابك. يمكنك تسجيل الدخول كما في السابق.',
  },
  accountErased: {
    subject: (brand) => `تم حذف حسابك في ${named(brand)}`,
    heading: 'تم حذف حسابك',
    intro: (brand) => `تم حذف حسابك في ${named(brand)} وبياناتك الشخصية فيه. لا يمكن التراجع عن ذلك.`,
    last: 'هذه آخر رسالة بهذا الشأن.',
  },
  rolesChanged: {
    subject: (brand) => `تغيرت أدوارك في ${named(brand)}`,
    heading: 'تغيرت أدوارك',
    intro: 'غيّرت الإدارة ما يمكنك فعله بحسابك.',
    none: 'لم يعد لديك أي دور.',
    now: plural('ar', {
      zero: 'ليس لديك الآن أي دور.',
      one: 'لديك الآن هذا الدور:',
      two: 'لديك الآن هذان الدوران:',
      few: 'لديك الآن هذه الأدوار:',
      many: 'لديك الآن هذه الأدوار:',
      other: 'لديك الآن هذه الأدوار:',
    }),
  },
};
