/** Longer seals are no seals: an address has to fit where addresses go. */
export const longestSeal = 2048;

/** Makes a text unreadable and unchangeable for whoever does not hold the secret. */
export interface Seal {
  /** The same text gives the same seal. URL-safe. */
  close(text: string): string;
  /** The text; null for whatever is not a seal of ours, unchanged. */
  open(sealed: string): string | null;
}
