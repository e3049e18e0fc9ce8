import type { Abuse } from '../../domain/identity/abuse.ts';

/** What operators see of abuse. */
export interface AbuseFigures {
  detected(abuse: Abuse): void;
  refused(abuse: Abuse): void;
}
