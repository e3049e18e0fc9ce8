import type { Role } from '../../src/domain/identity/roles.ts';
import type { Place } from './shares.ts';

/** How somebody goes about learning. */
export type Temper = 'thriving' | 'steady' | 'fading' | 'sporadic' | 'absent';

interface LearnerPart extends Place {
  key: string;
  note: string;
  temper: Temper;
  /** 0–1. */
  ability: number;
  diligence: number;
  /** Days before today on which they came. */
  joinedAgo: number;
}

interface StaffPart extends Place {
  key: string;
  note: string;
  role: Role;
}

/** Learners with a story that holds for every seed; in all else they are people like the others. */
export const learnerParts: readonly LearnerPart[] = [
  {
    key: 'thriving',
    note: 'a thriving learner, well ahead in a running course',
    organization: 0,
    rank: 0,
    temper: 'thriving',
    ability: 0.92,
    diligence: 0.95,
    joinedAgo: 700,
  },
  {
    key: 'fading',
    note: 'a fading learner, falling silent in the same course',
    organization: 0,
    rank: 1,
    temper: 'fading',
    ability: 0.6,
    diligence: 0.7,
    joinedAgo: 650,
  },
  {
    key: 'newcomer',
    note: 'a brand-new learner, enrolled two days ago, without a grade',
    organization: 0,
    rank: 2,
    temper: 'steady',
    ability: 0.7,
    diligence: 0.7,
    joinedAgo: 5,
  },
  {
    key: 'elsewhere',
    note: 'a learner of another organization',
    organization: 1,
    rank: 0,
    temper: 'steady',
    ability: 0.7,
    diligence: 0.75,
    joinedAgo: 600,
  },
];

export const staffParts: readonly StaffPart[] = [
  {
    key: 'trainer',
    note: 'a trainer, whose course the first three take',
    organization: 0,
    rank: 1,
    role: 'trainer',
  },
  {
    key: 'org-admin',
    note: 'an org_admin of the same organization',
    organization: 0,
    rank: 0,
    role: 'org_admin',
  },
  { key: 'admin', note: 'an admin of the platform', organization: 0, rank: 2, role: 'admin' },
];

const isAt =
  ({ organization, rank }: Place) =>
  (part: Place) =>
    part.organization === organization && part.rank === rank;

export const learnerPartAt = (place: Place): LearnerPart | undefined => learnerParts.find(isAt(place));
export const staffPartAt = (place: Place): StaffPart | undefined => staffParts.find(isAt(place));
