import type { RefusedSubject } from '../../domain/errors.ts';
import type { Relation, Subject } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';

/** Somebody has read figures about somebody, from a cache or not. */
export interface Read {
  /** Null = whoever the edge let in by a token that names the subject. */
  viewer: Viewer | null;
  subject: Subject;
  /** How the policy of the subject's kind let the reader in. */
  relation: Relation;
  /** The route's pattern. */
  route: string;
  /** Null = it is not known any more. */
  requestId: string | null;
}

/** Somebody wanted what is known of a subject, and a rule has refused it. */
export interface Refusal {
  viewer: Viewer;
  subject: RefusedSubject;
  /** The rule's word: `forbidden`, `not_found`, `prediction_opted_out`. */
  reason: string;
  /** The route's pattern. */
  route: string;
  requestId: string;
}

/**
 * Who has read whose data, and who was refused it. Called with every answer, so it must cost next to nothing, and it
 * neither waits nor fails.
 */
export interface ReadLog {
  note(read: Read): void;
  refused(refusal: Refusal): void;
}
