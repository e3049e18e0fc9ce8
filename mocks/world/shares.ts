/**
 * Who belongs to which organization, without a list of anybody: numbers are dealt in turns, and in each turn the
 * first organization gets the most (of three: 3, 2, 1). So any number's place is known, and any place's number.
 */
export interface Place {
  /** 0 … organizations − 1. */
  organization: number;
  /** 0, 1, 2 … within the organization. */
  rank: number;
}

const turnOf = (organizations: number) => (organizations * (organizations + 1)) / 2;
const portionOf = (organizations: number, organization: number) => organizations - organization;
const offsetOf = (organizations: number, organization: number) =>
  organization * organizations - (organization * (organization - 1)) / 2;

export function placeOf(organizations: number, index: number): Place {
  const turn = turnOf(organizations);
  const within = index % turn;
  let organization = 0;
  while (within >= offsetOf(organizations, organization) + portionOf(organizations, organization)) {
    organization += 1;
  }
  const rank =
    Math.floor(index / turn) * portionOf(organizations, organization) +
    within -
    offsetOf(organizations, organization);
  return { organization, rank };
}

export function indexAt(organizations: number, { organization, rank }: Place): number {
  const portion = portionOf(organizations, organization);
  return (
    Math.floor(rank / portion) * turnOf(organizations) +
    offsetOf(organizations, organization) +
    (rank % portion)
  );
}

/** How many of the first `total` numbers an organization has. */
export function countIn(organizations: number, organization: number, total: number): number {
  const turn = turnOf(organizations);
  const portion = portionOf(organizations, organization);
  const rest = (total % turn) - offsetOf(organizations, organization);
  return Math.floor(total / turn) * portion + Math.min(portion, Math.max(0, rest));
}
