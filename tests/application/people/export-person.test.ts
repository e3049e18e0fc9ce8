import { describe, expect, it } from 'vitest';
import { makeExportPerson } from '../../../src/application/people/export-person.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import { services } from '../../../src/domain/provenance.ts';
import { callScope } from '../../fixtures/stubs.ts';
import { allowed, clock, orgAdmin, peopleWorld, refused, viewer } from './people-world.ts';

const kept = { sections: { preferences: [{ timeZone: 'UTC' }] }, events: [], mentions: [] };
const exporting = (stubs: Parameters<typeof peopleWorld>[0]) => {
  const world = peopleWorld(stubs);
  return { ...world, exportPerson: makeExportPerson({ ...world, clock }) };
};

describe('an export', () => {
  it('is what is kept, says who keeps more, and is on record', async () => {
    const { exportPerson, lines } = exporting({
      authorizePerson: allowed,
      people: { exportOf: async () => kept },
    });
    expect(await exportPerson(orgAdmin, 'u-2', callScope())).toEqual({
      ...kept,
      userId: 'u-2',
      exportedAt: clock.now(),
      keptElsewhere: services,
    });
    expect(lines).toMatchObject([
      {
        actorId: 'a-1',
        action: 'person.export',
        subjectKind: 'person',
        subjectId: 'u-2',
        organizationId: 'org-1',
        outcome: 'done',
        requestId: 'req-1',
      },
    ]);
  });

  it('names nobody else in what was done about the person, and no organization of theirs', async () => {
    const line = { id: 7, action: 'person.erase', outcome: 'denied', organizationId: 'org-9' };
    const auditLog = [
      { ...line, actorId: 's-of-elsewhere', subjectId: 'u-2' },
      { ...line, actorId: 'u-2', subjectId: 'u-3' },
    ];
    const { exportPerson } = exporting({
      authorizePerson: allowed,
      people: { exportOf: async () => ({ ...kept, sections: { auditLog } }) },
    });
    expect((await exportPerson(orgAdmin, 'u-2', callScope())).sections.auditLog).toEqual([
      { id: 7, action: 'person.erase', outcome: 'denied', actorId: null, subjectId: 'u-2' },
      { id: 7, action: 'person.erase', outcome: 'denied', actorId: 'u-2', subjectId: null },
    ]);
  });

  it('that is refused reads nothing, and is on record where the caller is', async () => {
    const { exportPerson, lines } = exporting({ authorizePerson: refused });
    await expect(exportPerson(viewer({ organizationId: 'org-9' }), 'u-2', callScope())).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
    expect(lines).toMatchObject([
      { outcome: 'denied', organizationId: 'org-9', subjectId: 'u-2', detail: { reason: 'FORBIDDEN' } },
    ]);
  });

  it('that cannot be put on record is not given', async () => {
    const { exportPerson } = exporting({
      authorizePerson: allowed,
      people: { exportOf: async () => kept },
      add: () => Promise.reject(new RpcError('unavailable', 'away')),
    });
    await expect(exportPerson(orgAdmin, 'u-2', callScope())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('names nobody on record who was erased', async () => {
    const { exportPerson, lines } = exporting({
      authorizePerson: refused,
      among: async (ids) => new Set(ids.filter((id) => id === 'u-2')),
    });
    await expect(exportPerson(viewer(), 'u-2', callScope())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(lines).toMatchObject([{ actorId: 'u-1', subjectId: null }]);
  });
});
