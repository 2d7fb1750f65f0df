/** How long any call but a long poll may take, in milliseconds. The SDK's own default is for ever. */
export const REQUEST_TIMEOUT_MS = 5_000;
/** How long a receive may take, in milliseconds: the longest poll SQS allows (20 s) and 5 s for the way. */
export const RECEIVE_TIMEOUT_MS = 25_000;
