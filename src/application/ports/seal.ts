/** Longer seals are no seals: an address has to fit where addresses go. */
export const longestSeal = 2048;

/** What a seal is for: one that is for one thing is none for another. */
export type SealPurpose = 'question' | 'tag';

/** Makes a text unreadable and unchangeable for whoever does not hold the secret. */
export interface Seal {
  /** The same text gives the same seal. URL-safe. */
  close(purpose: SealPurpose, text: string): string;
  /** The text; null for whatever is not a seal of ours for this purpose, unchanged. */
  open(purpose: SealPurpose, sealed: string): string | null;
}
