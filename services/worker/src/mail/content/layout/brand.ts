/** Who the mails are from. A product that runs Postern says its own name here, not ours. */
export interface Brand {
  name: string;
  /** Where a person can ask for help, shown in the footer. A mailbox that is read. */
  supportAddress?: string;
}

export const defaultBrand: Brand = { name: 'Postern' };
