import type { Analytic } from '../../application/analytics/define.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { CallScope } from '../../application/ports/reply.ts';
import { longestSeal, type Seal } from '../../application/ports/seal.ts';
import type { TokenVerifier } from '../../application/ports/tokens.ts';
import { isAllowedByClaims, type Policy, type Subject } from '../../domain/identity/policy.ts';
import type { Viewer } from '../../domain/identity/viewer.ts';
import { apiPrefix, idPattern } from '../http/route.ts';
import { edgePrefix, sealQuestion } from './question.ts';

export interface EdgeRequest {
  method: string;
  /** Path and query. */
  url: string;
  header: (name: string) => string | null;
}

export interface EdgeDeps {
  registry: readonly Analytic[];
  /** About whom a shared cache may answer: what it answers by itself is in no audit log. */
  subjects: readonly string[];
  authenticator: TokenVerifier;
  seal: Seal;
  /** Resolves when what was revoked elsewhere is known up to some seconds ago; rejects when it cannot be. */
  hearOfRevocations: () => Promise<void>;
  clock: Clock;
  scope: () => CallScope;
}

/** The path at the origin whose answer may be shared; null = the request goes on as it is. */
export type DecideAtEdge = (request: EdgeRequest) => Promise<string | null>;

const scheme = /^bearer +/i;
/** Whatever asks for something else than the plain answer, or says where it comes from, is the origin's business. */
const personalHeaders = ['cookie', 'origin', 'x-api-key', 'if-none-match', 'range'];
const personalQuery = ['completeness', 'fresh'];

/** By the token alone, without a look-up; null = it takes facts to decide. */
function subjectOf(viewer: Viewer, kind: Policy, given: string): Subject | null {
  const id = given === 'me' ? viewer.id : given;
  return isAllowedByClaims(viewer, kind, id) ? { kind, id, organizationId: viewer.organizationId } : null;
}

/** Names sorted; null when one comes twice or the origin has to see the query. */
function canonical(search: URLSearchParams): string | null {
  const names = [...search.keys()];
  if (new Set(names).size !== names.length || names.some((name) => personalQuery.includes(name))) return null;
  search.sort();
  return search.toString();
}

/**
 * Decides before a shared cache which requests may be answered from it: those for figures about a subject that
 * the verified token alone gives its bearer a right to. They lose their credentials and are asked for by a
 * sealed question; everything else, whatever is wrong with it, goes to the origin untouched.
 */
export function makeDecideAtEdge(deps: EdgeDeps): DecideAtEdge {
  const { authenticator, hearOfRevocations, seal, clock, scope } = deps;
  // What is limited strictly is counted for each caller, which only the origin can.
  const shareable = deps.registry.filter(
    ({ rate, subject }) => rate === 'standard' && deps.subjects.includes(subject),
  );
  const patterns = shareable.map((analytic) => ({
    analytic,
    pattern: new RegExp(`^${(apiPrefix + analytic.path).replaceAll(/:[A-Za-z]+/g, '([^/]+)')}$`),
  }));

  function routeOf(path: string): { analytic: Analytic; given: string } | undefined {
    for (const { analytic, pattern } of patterns) {
      const match = pattern.exec(path);
      const given = match?.[1] ?? 'me';
      if (match !== null) return idPattern.test(given) ? { analytic, given } : undefined;
    }
    return undefined;
  }

  async function viewerOf(header: EdgeRequest['header']): Promise<Viewer | null> {
    const authorization = header('authorization') ?? '';
    const token = authorization.replace(scheme, '');
    if (token === authorization || token === '') return null;
    try {
      await hearOfRevocations();
      return authenticator.verifyCached(token) ?? (await authenticator.verify(token, scope()));
    } catch {
      // Whatever is wrong, the origin finds out and says so.
      return null;
    }
  }

  return async ({ method, url, header }) => {
    const at = URL.parse(url, 'http://edge');
    if (method !== 'GET' || at === null || personalHeaders.some((name) => header(name) !== null)) return null;
    const route = routeOf(at.pathname);
    const query = canonical(at.searchParams);
    if (route === undefined || query === null) return null;
    const viewer = await viewerOf(header);
    const subject = viewer && subjectOf(viewer, route.analytic.subject, route.given);
    if (!subject) return null;
    const sealed = sealQuestion({ analyticId: route.analytic.id, subject, query }, seal, clock.now());
    // What is too long to be asked for that way is most likely wrong, and the origin says what about it.
    return sealed.length > longestSeal ? null : edgePrefix + sealed;
  };
}
