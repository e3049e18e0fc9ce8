import type { Language, Narratable } from '../../domain/narrative/narrative.ts';

/** Why a model wrote nothing: it is away, too slow, too often asked, would not, was cut short, or made no sense. */
export type NarrativeFailure =
  | 'unavailable'
  | 'timeout'
  | 'limited'
  | 'refused'
  | 'cut_short'
  | 'invalid_answer'
  | 'rejected';

export class NarrativeModelError extends Error {
  readonly failure: NarrativeFailure;

  constructor(failure: NarrativeFailure, cause?: unknown) {
    super(`the language model wrote nothing: ${failure}`, { cause });
    this.name = 'NarrativeModelError';
    this.failure = failure;
  }
}

/** Puts codes and numbers into words. What it writes is not checked yet. */
export interface NarrativeModel {
  /** Its name, for `meta.narrative`. */
  readonly model: string;
  /**
   * One text per item, in their order, in one call that ends within its time-out.
   * @throws NarrativeModelError
   */
  write(items: readonly Narratable[], language: Language): Promise<readonly string[]>;
}

/** How often the model may still be asked today. */
export interface NarrativeBudget {
  /** Takes one call out; false = there is none left. */
  take(): Promise<boolean>;
}

/** Checked texts, by a digest of all that they depend on. They hold nothing about anyone. */
export interface NarrativeTexts {
  get(key: string): string | undefined;
  keep(key: string, text: string): void;
}
