/** The secret keys of one use: one makes what is new, each accepted one is found by its id. */
export interface KeySet {
  readonly writing: { readonly id: string; readonly bytes: Uint8Array };
  find(id: string): Uint8Array | undefined;
}
