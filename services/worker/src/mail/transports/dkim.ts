/** Signs what goes out (RFC 6376); the public half is a TXT record at `<keySelector>._domainkey.<domainName>`. */
export interface DkimKey {
  domainName: string;
  keySelector: string;
  /** PEM, PKCS#8 or PKCS#1. */
  privateKey: string;
}
