// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.
export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public keys of access tokens
         * @description RFC 7517. Verify access tokens with the key of their `kid`, its `alg` alone, `iss`, `aud`, `typ: at+jwt`, `nbf` and `exp`. During a rotation there are two keys.
         */
        get: operations["getJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who issues access tokens, and where the keys are
         * @description RFC 8414. For services that verify access tokens: give your library the issuer, and it finds the keys. Sign-in is by this API, not by OAuth redirects.
         */
        get: operations["getAuthorizationServerMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who issues access tokens, and where the keys are
         * @description RFC 8414. For services that verify access tokens: give your library the issuer, and it finds the keys. Sign-in is by this API, not by OAuth redirects.
         */
        get: operations["getOpenIdConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Security events
         * @description Newest first: who did what to whom, when, from which network, with what outcome. Ids only.
         *
         *     Needs the permission `audit.read`.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move to another address
         * @description Mails a link to the new address and a notice to the old one. The answer is the same when the new address has an account; then its owner is informed instead.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["requestEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email/change/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the new address
         * @description Uses the token of the link up. It requires no sign-in, since the link may be followed on another device, but the password of the account that asked: anybody can ask to move to your address, and following their mail must not give it to them.
         */
        post: operations["confirmEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email/change/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back a change of address that was not yours
         * @description Uses up the token of the link in the notice that went to the earlier address. The account goes back there, all sessions and the password end, and a link to a new password is mailed to that address.
         */
        post: operations["revertEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail the verification link again
         * @description Mails the link of the sign-up that the sign_up_secret belongs to, or else of the newest one with the address. Links that were mailed before stay good. The answer is the same whether there is such a sign-up or not.
         */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify an address
         * @description Uses the token of the link that was mailed after signing up. From then on the person can sign in. It also requires the sign_up_secret of that sign-up or, in another browser, the password: a stranger may have signed up with the address, and then whoever reads the mail has neither. With `Session-Mode: cookie` the secret may come in the cookie that the registration has set. When both are missing or wrong, nothing is used up.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Returns an access token for ten minutes and a refresh token. After several wrong passwords each further try must wait a little longer; `device_token` from an earlier sign-in exempts this device from delays that others have caused. With `Session-Mode: cookie` all tokens go into cookies, the device token comes in its own, and the session that the browser had before ends.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in: second step
         * @description Accepts the challenge token of the first step with a code from the app, or a recovery code.
         */
        post: operations["answerChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out here */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out everywhere */
        post: operations["logoutAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Requires the old password. All other sessions end, as do sign-ins that are half done and links to set another password; a mail reports it.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove yourself again
         * @description Returns tokens that sensitive operations accept for a while (those that answer recent-sign-in-required).
         */
        post: operations["confirmPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a link to set a new password
         * @description The answer is the same whether the address has an account or not.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by link
         * @description Uses the token of the link up and ends all sessions. It does not sign in. A password that is refused leaves the link good.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new tokens
         * @description Exchanges a refresh token for a new pair; keep the new one. For a few seconds the old one gives the same answer, so that two tabs may refresh at the same time, and longer where the answer seems to have been lost. Using it again once the new one is in use ends the session. With `Session-Mode: cookie` the token comes in its cookie, the body is `{}`, and the new tokens go into cookies.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description Mails a link. Whoever follows it with the sign_up_secret of this answer, or with the password, has the account that this request describes; until then it has no effect. The answer is the same when the address already has an account; its owner is informed by mail.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where you are signed in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one session */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is a second factor set up */
        get: operations["getTwoFactor"];
        put?: never;
        post?: never;
        /**
         * Remove the second factor
         * @description Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        delete: operations["disableTwoFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new recovery codes
         * @description The old ones are void.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up an authenticator app
         * @description Gives a secret for the app, as text, as otpauth URI and as QR code. It counts once a code has confirmed it.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["enrolTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the second factor on
         * @description From then on a sign-in asks for a code, and all other sessions end. The recovery codes are shown this once: keep them.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I
         * @description Roles and permissions are those of the access token: after a change they are new with the next refresh.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Erase your account
         * @description Immediately and permanently: names, address, number, sessions and whatever proves who you are is deleted.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        /**
         * Change your details
         * @description Fields that are left out stay. `mobile_number: null` removes the number. The address has its own way.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/v1/auth/user/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export your data
         * @description Your account, its roles, what protects it and its sessions, what is pending for your address, and what was done with the account.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The roles there are
         * @description Needs the permission `roles.read`.
         */
        get: operations["listRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search users
         * @description Newest first. `search` is part of a name or of the address, whatever its case and accents. Go on with `after` = `next_after`.
         *
         *     Needs the permission `users.read`.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One user
         * @description Needs the permission `users.read`.
         */
        get: operations["getUserById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an account to its owner
         * @description Ends all their sessions immediately; access tokens that other services check by themselves stay valid for up to ten minutes.
         *
         *     Needs the permission `users.disable`.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["disableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a disabled account again
         * @description Needs the permission `users.disable`.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        post: operations["enableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The roles of a user
         * @description Needs the permission `roles.read`.
         */
        get: operations["getUserRoles"];
        /**
         * Set the roles of a user
         * @description Exactly these, of those that there are: one that is left out is taken away. They apply immediately here, and elsewhere with the next refresh of the access token.
         *
         *     Needs the permission `roles.write`.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        put: operations["setUserRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/two-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the second factor of a person who has lost it
         * @description Make sure who is asking: from then on their password alone signs in. All their sessions end, and a mail informs them. Not for your own.
         *
         *     Needs the permission `users.two-factor`.
         *
         *     Needs a sign-in, or a confirmed password, of the last minutes in this session.
         */
        delete: operations["removeUserTwoFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /** Format: date-time */
            created_at: string;
            /** Format: idn-email */
            email: string;
            email_verified: boolean;
            first_name: string;
            /** Format: uuid */
            id: string;
            last_name: string;
            locale: string;
            mobile_number: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        Activity: {
            action: string;
            address_range: string;
            /** Format: date-time */
            at: string;
            outcome: string;
            reason: string | null;
        };
        AnswerChallengeRequest: {
            challenge_token: string;
            code: string;
            device_token?: string;
        };
        AuditEntry: {
            action: string;
            /** Format: uuid */
            actor_id: string | null;
            address_range: string;
            /** Format: date-time */
            at: string;
            details: {
                [key: string]: string[];
            } | null;
            /** Format: uuid */
            id: string;
            outcome: string;
            reason: string | null;
            request_id: string;
            /** Format: uuid */
            subject_id: string | null;
        };
        ChangePasswordRequest: {
            /** @description Needed where the account has a second factor: of the app, or a recovery code. */
            code?: string;
            current_password: string;
            password: string;
            password_confirmation: string;
        };
        ChangePasswordResult: {
            /** @constant */
            status: "password_changed";
        };
        ConfirmEmailChangeRequest: {
            password: string;
            token: string;
        };
        ConfirmEmailChangeResult: {
            /** @constant */
            status: "email_changed";
        };
        ConfirmPasswordRequest: {
            /** @description Needed where the account has a second factor: of the app, or a recovery code. */
            code?: string;
            password: string;
        };
        ConfirmTotpRequest: {
            code: string;
        };
        DataExport: {
            account: components["schemas"]["Account"];
            activity: components["schemas"]["Activity"][];
            /** Format: date-time */
            exported_at: string;
            pending_sign_ups: components["schemas"]["PendingSignUp"][];
            roles: string[];
            /** Format: date-time */
            second_factor_since: string | null;
            sessions: components["schemas"]["Session"][];
        };
        FieldFault: {
            detail: string;
            /** @description Name of a query or path parameter. */
            parameter?: string;
            /** @description RFC 6901 pointer into the request body. */
            pointer?: string;
        };
        ForgotPasswordRequest: {
            /** Format: email */
            email: string;
        };
        ForgotPasswordResult: {
            /** @constant */
            status: "accepted";
        };
        GetOpenApiResult: {
            openapi: string;
        } & {
            [key: string]: unknown;
        };
        IssuerMetadata: {
            grant_types_supported: string[];
            id_token_signing_alg_values_supported: string[];
            /** Format: uri */
            issuer: string;
            /** Format: uri */
            jwks_uri: string;
            response_types_supported: string[];
            /** Format: uri */
            service_documentation: string;
            subject_types_supported: string[];
        };
        Jwk: {
            /** @enum {string} */
            alg: "EdDSA" | "ES256";
            /** @enum {string} */
            crv: "Ed25519" | "P-256";
            kid: string;
            /** @enum {string} */
            kty: "OKP" | "EC";
            /** @constant */
            use: "sig";
            x: string;
            y?: string;
        } & {
            [key: string]: unknown;
        };
        JwkSet: {
            keys: components["schemas"]["Jwk"][];
        };
        ListAuditLogResult: {
            items: components["schemas"]["AuditEntry"][];
            /** Format: uuid */
            next_after: string | null;
        };
        ListRolesResult: {
            roles: components["schemas"]["Role"][];
        };
        ListSessionsResult: {
            sessions: components["schemas"]["Session"][];
        };
        ListUsersResult: {
            items: components["schemas"]["ManagedUser"][];
            /** Format: uuid */
            next_after: string | null;
        };
        LoginRequest: {
            device_token?: string;
            /** Format: email */
            email: string;
            password: string;
        };
        ManagedUser: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            disabled_at: string | null;
            /** Format: idn-email */
            email: string;
            email_verified: boolean;
            first_name: string;
            /** Format: uuid */
            id: string;
            last_name: string;
            locale: string;
            mobile_number: string | null;
            /** Format: date-time */
            updated_at: string;
        };
        PendingSignUp: {
            address_range: string;
            /** Format: date-time */
            created_at: string;
            device: string;
            /** Format: date-time */
            expires_at: string;
        };
        Problem: {
            /** @description About this occurrence. */
            detail?: string;
            errors?: components["schemas"]["FieldFault"][];
            request_id: string;
            status: number;
            /** @description The kind in a few words, always the same. */
            title: string;
            /**
             * Format: uri
             * @description What kind of problem: a stable URI, with a page that explains it.
             */
            type: string;
        };
        RecoveryCodes: {
            recovery_codes: string[];
        };
        RefreshRequest: {
            refresh_token?: string;
        };
        RegisterRequest: {
            /** Format: email */
            email: string;
            first_name: string;
            last_name: string;
            locale?: string;
            mobile_number?: string | null;
            password: string;
            password_confirmation: string;
        };
        RegisterResult: {
            /** Format: idn-email */
            email: string;
            sign_up_secret: string;
            /** @constant */
            status: "verification_pending";
            /** Format: date-time */
            verification_expires_at: string;
        };
        RequestEmailChangeRequest: {
            /** Format: email */
            new_email: string;
        };
        RequestEmailChangeResult: {
            /** @constant */
            status: "accepted";
        };
        ResendVerificationRequest: {
            /** Format: email */
            email: string;
            sign_up_secret?: string;
        };
        ResendVerificationResult: {
            /** @constant */
            status: "accepted";
        };
        ResetPasswordRequest: {
            password: string;
            password_confirmation: string;
            token: string;
        };
        ResetPasswordResult: {
            /** @constant */
            status: "password_reset";
        };
        RevertEmailChangeRequest: {
            /** @description Needed where the account had a second factor two weeks before the change: of the app, or a recovery code. One that was turned on later is removed, and no code is looked at. */
            code?: string;
            /** @description That of the account, or one that it had in the two weeks before. */
            password: string;
            token: string;
        };
        RevertEmailChangeResult: {
            /** @constant */
            status: "email_restored";
        };
        Role: {
            description: string;
            name: string;
            permissions: string[];
        };
        SecondFactorRequired: {
            challenge_token: string;
            expires_in: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "second_factor_required";
        };
        Session: {
            address_range: string;
            /** Format: date-time */
            created_at: string;
            current: boolean;
            device: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            last_used_at: string;
        };
        SetUserRolesRequest: {
            roles: string[];
        };
        SignedIn: {
            access_token: string;
            device_token: string;
            expires_in: number;
            refresh_token: string;
            /** Format: date-time */
            session_expires_at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "signed_in";
            /** @constant */
            token_type: "Bearer";
            /**
             * @description There where what this person may do waits for a second factor (ADMIN_TWO_FACTOR): set one up with POST /v1/auth/two-factor/totp.
             * @constant
             */
            two_factor_required?: true;
        };
        SignedInByCookie: {
            /** Format: date-time */
            session_expires_at: string;
            /** @constant */
            status: "signed_in";
            /**
             * @description There where what this person may do waits for a second factor (ADMIN_TWO_FACTOR): set one up with POST /v1/auth/two-factor/totp.
             * @constant
             */
            two_factor_required?: true;
        };
        SignInResult: components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
        TokenPair: {
            access_token: string;
            expires_in: number;
            refresh_token: string;
            /** Format: date-time */
            session_expires_at: string;
            /** @constant */
            token_type: "Bearer";
        };
        TotpEnrolment: {
            otpauth_uri: string;
            qr_svg: string;
            secret: string;
        };
        TwoFactorState: {
            enabled: boolean;
            /** Format: date-time */
            enabled_at: string | null;
            /** Format: date-time */
            locked_at: string | null;
            recovery_codes_left: number;
        };
        UpdateUserRequest: {
            first_name?: string;
            last_name?: string;
            locale?: string;
            mobile_number?: string | null;
        };
        User: {
            /** Format: date-time */
            created_at: string;
            /** Format: idn-email */
            email: string;
            email_verified: boolean;
            first_name: string;
            /** Format: uuid */
            id: string;
            last_name: string;
            locale: string;
            mobile_number: string | null;
            permissions: string[];
            roles: string[];
            /** Format: date-time */
            updated_at: string;
        };
        UserRoles: {
            roles: string[];
        };
        VerifyEmailRequest: {
            password?: string;
            sign_up_secret?: string;
            token: string;
        };
        VerifyEmailResult: {
            /** @constant */
            status: "verified";
        };
    };
    responses: {
        /** @description A problem. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
        IdempotencyKey: string;
        /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
        SessionMode: "cookie";
    };
    requestBodies: never;
    headers: {
        /** @description `true` when this is the kept answer of an earlier request. */
        "Idempotency-Replayed": string;
        /** @description What is left (`r`) of each limit that was counted, and the seconds (`t`) until there is more. */
        RateLimit: string;
        /** @description Each limit: requests (`q`) in a window of seconds (`w`). */
        "RateLimit-Policy": string;
        /** @description Seconds to wait. */
        "Retry-After": string;
        /** @description The id of this request in our logs; yours, if you sent a well-formed one. */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type Account = components['schemas']['Account'];
export type Activity = components['schemas']['Activity'];
export type AnswerChallengeRequest = components['schemas']['AnswerChallengeRequest'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type ChangePasswordRequest = components['schemas']['ChangePasswordRequest'];
export type ChangePasswordResult = components['schemas']['ChangePasswordResult'];
export type ConfirmEmailChangeRequest = components['schemas']['ConfirmEmailChangeRequest'];
export type ConfirmEmailChangeResult = components['schemas']['ConfirmEmailChangeResult'];
export type ConfirmPasswordRequest = components['schemas']['ConfirmPasswordRequest'];
export type ConfirmTotpRequest = components['schemas']['ConfirmTotpRequest'];
export type DataExport = components['schemas']['DataExport'];
export type FieldFault = components['schemas']['FieldFault'];
export type ForgotPasswordRequest = components['schemas']['ForgotPasswordRequest'];
export type ForgotPasswordResult = components['schemas']['ForgotPasswordResult'];
export type GetOpenApiResult = components['schemas']['GetOpenApiResult'];
export type IssuerMetadata = components['schemas']['IssuerMetadata'];
export type Jwk = components['schemas']['Jwk'];
export type JwkSet = components['schemas']['JwkSet'];
export type ListAuditLogResult = components['schemas']['ListAuditLogResult'];
export type ListRolesResult = components['schemas']['ListRolesResult'];
export type ListSessionsResult = components['schemas']['ListSessionsResult'];
export type ListUsersResult = components['schemas']['ListUsersResult'];
export type LoginRequest = components['schemas']['LoginRequest'];
export type ManagedUser = components['schemas']['ManagedUser'];
export type PendingSignUp = components['schemas']['PendingSignUp'];
export type Problem = components['schemas']['Problem'];
export type RecoveryCodes = components['schemas']['RecoveryCodes'];
export type RefreshRequest = components['schemas']['RefreshRequest'];
export type RegisterRequest = components['schemas']['RegisterRequest'];
export type RegisterResult = components['schemas']['RegisterResult'];
export type RequestEmailChangeRequest = components['schemas']['RequestEmailChangeRequest'];
export type RequestEmailChangeResult = components['schemas']['RequestEmailChangeResult'];
export type ResendVerificationRequest = components['schemas']['ResendVerificationRequest'];
export type ResendVerificationResult = components['schemas']['ResendVerificationResult'];
export type ResetPasswordRequest = components['schemas']['ResetPasswordRequest'];
export type ResetPasswordResult = components['schemas']['ResetPasswordResult'];
export type RevertEmailChangeRequest = components['schemas']['RevertEmailChangeRequest'];
export type RevertEmailChangeResult = components['schemas']['RevertEmailChangeResult'];
export type Role = components['schemas']['Role'];
export type SecondFactorRequired = components['schemas']['SecondFactorRequired'];
export type Session = components['schemas']['Session'];
export type SetUserRolesRequest = components['schemas']['SetUserRolesRequest'];
export type SignedIn = components['schemas']['SignedIn'];
export type SignedInByCookie = components['schemas']['SignedInByCookie'];
export type SignInResult = components['schemas']['SignInResult'];
export type TokenPair = components['schemas']['TokenPair'];
export type TotpEnrolment = components['schemas']['TotpEnrolment'];
export type TwoFactorState = components['schemas']['TwoFactorState'];
export type UpdateUserRequest = components['schemas']['UpdateUserRequest'];
export type User = components['schemas']['User'];
export type UserRoles = components['schemas']['UserRoles'];
export type VerifyEmailRequest = components['schemas']['VerifyEmailRequest'];
export type VerifyEmailResult = components['schemas']['VerifyEmailResult'];
export type ResponseProblem = components['responses']['Problem'];
export type ParameterIdempotencyKey = components['parameters']['IdempotencyKey'];
export type ParameterSessionMode = components['parameters']['SessionMode'];
export type HeaderIdempotencyReplayed = components['headers']['Idempotency-Replayed'];
export type HeaderRateLimit = components['headers']['RateLimit'];
export type HeaderRateLimitPolicy = components['headers']['RateLimit-Policy'];
export type HeaderRetryAfter = components['headers']['Retry-After'];
export type HeaderXRequestId = components['headers']['X-Request-Id'];
export type $defs = Record<string, never>;
export interface operations {
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys that are accepted now. */
            200: {
                headers: {
                    /** @description How long the keys may be kept. */
                    "cache-control"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwkSet"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAuthorizationServerMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The issuer. */
            200: {
                headers: {
                    /** @description How long it may be kept. */
                    "cache-control"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuerMetadata"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOpenIdConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The issuer. */
            200: {
                headers: {
                    /** @description How long it may be kept. */
                    "cache-control"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuerMetadata"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetOpenApiResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                actor_id?: string;
                after?: string;
                limit?: number;
                subject_id?: string;
            };
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListAuditLogResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    requestEmailChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestEmailChangeRequest"];
            };
        };
        responses: {
            /** @description Follow the link that was mailed to the new address. Until then the old one counts. */
            202: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestEmailChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    confirmEmailChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmEmailChangeRequest"];
            };
        };
        responses: {
            /** @description The new address counts from now on. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmEmailChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revertEmailChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevertEmailChangeRequest"];
            };
        };
        responses: {
            /** @description The earlier address counts again. Follow the link that was mailed to it. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevertEmailChangeResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResendVerificationRequest"];
            };
        };
        responses: {
            /** @description If a sign-up with the address waits for verification, a mail is on its way. */
            202: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResendVerificationResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description The address is verified. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyEmailResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description What `status` says: signed in, or what it takes besides the password. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInResult"];
                };
            };
            /** @description Signed in, with `Session-Mode: cookie`: the session is in cookies. */
            201: {
                headers: {
                    /** @description The tokens of the session and of the device, one cookie each */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInByCookie"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    answerChallenge: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerChallengeRequest"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Signed in, with `Session-Mode: cookie`: the session is in cookies. */
            201: {
                headers: {
                    /** @description The tokens of the session and of the device, one cookie each */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInByCookie"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    /** @description With `Session-Mode: cookie`: ends the cookies of the session */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    logoutAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    /** @description With `Session-Mode: cookie`: ends the cookies of the session */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description The new password counts from now on. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePasswordResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    confirmPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmPasswordRequest"];
            };
        };
        responses: {
            /** @description New tokens for this session. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description Done, with `Session-Mode: cookie`: the new access token is in its cookie. */
            204: {
                headers: {
                    /** @description The new access token of the session */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPasswordRequest"];
            };
        };
        responses: {
            /** @description If the address has an account, a mail is on its way. Older links are void. */
            202: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgotPasswordResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description The new password counts from now on. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetPasswordResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description New tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description Done, with `Session-Mode: cookie`: the new tokens are in cookies. */
            204: {
                headers: {
                    /** @description The new tokens of the session, one cookie each */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description Accepted. Follow the link in the mail. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description The sign_up_secret once more, for the page behind the link where the gateway hosts it */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Live sessions, the last used first. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSessionsResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    /** @description With `Session-Mode: cookie`: ends the cookies of the session */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getTwoFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the second factor. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TwoFactorState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    disableTwoFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is off. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Shown this once. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    enrolTotp: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show the QR code, then confirm with a code. */
            201: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpEnrolment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmTotpRequest"];
            };
        };
        responses: {
            /** @description It is on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in person. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is nothing left. */
            204: {
                headers: {
                    /** @description With `Session-Mode: cookie`: ends the cookies of the session */
                    "set-cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserRequest"];
            };
        };
        responses: {
            /** @description The person as they are now. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your data, as JSON. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataExport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All roles and what they permit. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRolesResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                search?: string;
            };
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListUsersResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUserById: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUser"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    disableUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUser"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    enableUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUser"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUserRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles of the user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRoles"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setUserRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetUserRolesRequest"];
            };
        };
        responses: {
            /** @description The roles of the user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRoles"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeUserTwoFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description `cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then. */
                "Session-Mode"?: components["parameters"]["SessionMode"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is off. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
}
