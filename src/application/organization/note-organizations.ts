import type { TokenVerifier } from '../ports/tokens.ts';

export interface Noting {
  /** Keeps that there is such an organization. */
  note: (organizationId: string) => Promise<void>;
  /** Told when that failed; it is tried again with the next token. */
  onFailure: () => void;
}

/** Beyond it some are noted again, which changes nothing. */
const mostNoted = 100_000;

/**
 * No service lists all organizations, and jobs go through those that are known: one is as soon as somebody of
 * it shows a valid token. Nobody waits for that.
 */
export function notingOrganizations(verifier: TokenVerifier, { note, onFailure }: Noting): TokenVerifier {
  const noted = new Set<string>();
  function remember(organizationId: string | null): void {
    if (organizationId === null || noted.has(organizationId)) return;
    if (noted.size >= mostNoted) noted.clear();
    noted.add(organizationId);
    note(organizationId).catch(() => {
      noted.delete(organizationId);
      onFailure();
    });
  }
  return {
    verifyCached: (token) => verifier.verifyCached(token),
    verify: async (token, scope) => {
      const viewer = await verifier.verify(token, scope);
      remember(viewer.organizationId);
      return viewer;
    },
  };
}
