/** How long any call but a long poll may take, in milliseconds. The SDK's own default is for ever. */
export const REQUEST_TIMEOUT_MS = 5_000;
/** How much longer a receive may take, in milliseconds: the longest poll that SQS allows. */
export const LONGEST_POLL_MS = 20_000;
