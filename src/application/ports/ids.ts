/** The only source of randomness that becomes an id or a secret. */
export interface Ids {
  uuid(): string;
  /** 256 random bits, URL-safe. */
  secret(): string;
}
