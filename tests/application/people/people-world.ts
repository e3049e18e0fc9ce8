import type { PersonAuthorizer } from '../../../src/application/auth/authorize.ts';
import { makeOnRecord } from '../../../src/application/people/on-record.ts';
import type { Audit, AuditEntry } from '../../../src/application/ports/audit.ts';
import type { Forgotten, People } from '../../../src/application/ports/people.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { silentLogger, stoppedClock } from '../../fixtures/stubs.ts';

export const viewer = (changes: Partial<Viewer> = {}): Viewer => ({
  id: 'u-1',
  organizationId: 'org-1',
  roles: ['learner'],
  tokenId: 't-1',
  sessionId: 's-1',
  expiresAt: 1,
  asOf: 0,
  ...changes,
});
export const orgAdmin = viewer({ id: 'a-1', roles: ['org_admin'], tokenId: 't-a' });

const unstubbed = (name: string) => () => Promise.reject(new Error(`${name} is not stubbed`));

export const clock = stoppedClock();

interface Stubs {
  authorizePerson?: PersonAuthorizer['authorizePerson'];
  add?: Audit['add'];
  among?: Forgotten['among'];
  people?: Partial<People>;
}

/** Acts on people with some methods stubbed; any other fails by name. What is put on record is kept. */
export function peopleWorld({ authorizePerson, add, among, people = {} }: Stubs) {
  const lines: AuditEntry[] = [];
  const onRecord = makeOnRecord({
    authorizer: { authorizePerson: authorizePerson ?? unstubbed('authorizer.authorizePerson') },
    audit: { add: add ?? (async (entry) => void lines.push(entry)) },
    people: {
      among: among ?? (async () => new Set()),
      keeps: people.keeps ?? unstubbed('people.keeps'),
    },
    clock,
    logger: silentLogger,
  });
  return {
    lines,
    onRecord,
    people: {
      exportOf: people.exportOf ?? unstubbed('people.exportOf'),
      erase: people.erase ?? unstubbed('people.erase'),
    },
  };
}

export const allowed: PersonAuthorizer['authorizePerson'] = async (_viewer, id) => ({
  id,
  organizationId: 'org-1',
  isKnown: true,
});
export const refused: PersonAuthorizer['authorizePerson'] = async () => {
  throw new AppError('FORBIDDEN', 'You may not see this.');
};
