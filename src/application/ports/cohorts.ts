import type { LearnerLevel, PeerFigures, PeerStanding } from '../../domain/analytics/peer-comparison.ts';

/** Services whose lists peers are compared by. */
export const peerServices = ['directory', 'courses', 'assessment', 'devlab', 'rag'] as const;
export type PeerService = (typeof peerServices)[number];

/** What a service said of an organization: when (epoch ms) and whether it knows it; or that there is no such service. */
export type PeerSource = { asOf: number; isKnown: boolean } | 'not_configured';
export type PeerRoundSources = Readonly<Record<PeerService, PeerSource>>;

/** A learner among peers, exact: not to be told as it is. */
export interface KeptStanding {
  standing: PeerStanding;
  /** Everybody of the organization but the learner. */
  others: number;
  sources: PeerRoundSources;
}

/** Statistics of cohorts, worked out beforehand. */
export interface CohortStatistics {
  /**
   * Null when none is as young as `since` (epoch ms, by the oldest of what it stands on), or the learner is not in it.
   * @throws RpcError
   */
  standing(question: {
    organizationId: string;
    userId: string;
    level: LearnerLevel | 'own' | 'any';
    since: number;
  }): Promise<KeptStanding | null>;
}

/** Where what peers are compared by is kept. */
export interface PeerFiguresStore {
  /**
   * Some learners of an organization, read in a round; nothing of it counts yet.
   * @param round grows from one reading to the next.
   * @throws RpcError
   */
  save(organizationId: string, round: number, people: readonly PeerFigures[]): Promise<void>;
  /**
   * The round is over, and counts; what was kept before is gone.
   * @param asOf of the oldest of what it stands on, epoch ms
   * @throws RpcError
   */
  finish(organizationId: string, round: number, asOf: number, sources: PeerRoundSources): Promise<void>;
}
