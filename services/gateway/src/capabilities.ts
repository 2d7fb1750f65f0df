// One line a capability: this list is what adding one edits, and taking one out. Without its line a capability is gone: its routes answer
// 404, and neither /openapi.json nor what is made of it has its operations. None of these needs another; what they need is in foundation.ts.
export { administrationModule } from './accounts/administration/administration.module.ts';
export { emailChangeModule } from './accounts/email-change/email-change.module.ts';
export { privacyModule } from './accounts/privacy/privacy.module.ts';
export { recoveryModule } from './accounts/recovery/recovery.module.ts';
export { twoFactorModule } from './accounts/two-factor/two-factor.module.ts';
export { mailFeedbackModule } from './mail-feedback/mail-feedback.module.ts';
export { unsubscribeModule } from './unsubscribe/unsubscribe.module.ts';
