/** A row as it is given to the person it is about: instants are ISO text, there are no hashes in it. */
export type KeptRow = Readonly<Record<string, unknown>>;

/** Everything that is kept of a person. The order of everything is the same each time. */
export interface KeptOfPerson {
  /** What is kept → its rows; what nothing is kept of is left out. */
  sections: Readonly<Record<string, readonly KeptRow[]>>;
  /** What has happened to the person, the oldest first. */
  events: readonly KeptRow[];
  /** That others' events name the person, without what they say of others. */
  mentions: readonly KeptRow[];
}

export interface Erasure {
  userId: string;
  /** Null = the system. */
  requestedBy: string | null;
  /** In whose audit log it stands; null = in none that anybody reads. */
  organizationId: string | null;
  /** 1–200 characters. */
  reason: string;
  /** Of cached answers about the person and those in which the person is counted; they are purged whatever happens. */
  tags: readonly string[];
  /** Epoch ms. */
  now: number;
}

/** That somebody was erased. Nobody can tell from it who that was without the salt. */
export interface ErasureProof {
  proofId: string;
  /** Epoch ms. */
  erasedAt: number;
}

/** What is kept of people. */
export interface People {
  /** @throws RpcError */
  exportOf(userId: string): Promise<KeptOfPerson>;
  /** Whether anything of theirs is kept under an id, or was erased; that others name the id is not enough. @throws RpcError */
  keeps(userId: string): Promise<boolean>;
  /**
   * Deletes what is theirs, takes their id out of everything else, ends their log-ins and notes in the audit log
   * that it was done: all of it or nothing. Until they come back they are among the forgotten. Doing it again
   * answers the first proof, unless something has come since.
   * @throws RpcError
   */
  erase(erasure: Erasure): Promise<ErasureProof>;
}

/** People who were erased. Services go on telling of them; nothing of it is recorded until they come back. */
export interface Forgotten {
  /** Those of the given people. @throws RpcError */
  among(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The person has logged in again, and begins anew. @throws RpcError */
  comeBack(userId: string): Promise<void>;
}

/** A store in memory that holds something of people. */
export interface PersonalStore {
  /** As in `KeptOfPerson`; sections without rows may be left out. */
  exportUser(userId: string): Readonly<Record<string, readonly KeptRow[]>>;
  /** Nothing in it names the person afterwards. */
  eraseUser(userId: string): void;
}
