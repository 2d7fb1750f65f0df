import { z } from 'zod';

const EXPECTED = 'expected 1 to 60 characters on one line, without a colon, some of which can be seen';
/** Controls, ends of lines, private use, halves of pairs; format and direction characters but for the two that join letters or emoji. */
const REFUSED = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
/** Without those that are drawn as nothing although they are letters or symbols. */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * The environment variable that says what the product is called: in mails (their subjects, too), on hosted pages and in authenticator apps, which take what is
 * before a colon for the name and what is behind it for the account ("Key Uri Format").
 */
export const productEnv = {
  PRODUCT_NAME: z
    .string()
    .trim()
    .min(1, EXPECTED)
    .max(60, EXPECTED)
    .refine((name) => !name.includes(':') && !REFUSED.test(name) && VISIBLE.test(name), EXPECTED)
    .default('Postern'),
} satisfies z.ZodRawShape;
