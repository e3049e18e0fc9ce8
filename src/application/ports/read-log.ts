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

/** Who has read whose data. Called with every answer, so it must cost next to nothing, and it neither waits nor fails. */
export interface ReadLog {
  note(read: Read): void;
}
