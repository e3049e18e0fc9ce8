import { describe, expect, it } from 'vitest';
import { ReadsOnRecord, type ReadsOnRecordDeps } from '../../../src/application/audit/reads-on-record.ts';
import type { AuditBatch } from '../../../src/application/ports/audit.ts';
import type { Read, Refusal } from '../../../src/application/ports/read-log.ts';
import { RpcError } from '../../../src/application/ports/rpc.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { stoppedClock } from '../../fixtures/stubs.ts';

const viewer = (id: string): Viewer => ({
  ...{ id, organizationId: 'org-1', roles: ['trainer'], tokenId: `t-${id}`, sessionId: null },
  ...{ expiresAt: 0, asOf: 0 },
});
const read = (by = 'm-1', of = 'u-1', changes: Partial<Read> = {}): Read => ({
  viewer: viewer(by),
  subject: { kind: 'learner', id: of, organizationId: 'org-1' },
  relation: 'taught',
  route: '/api/v1/a/:userId',
  requestId: `req of ${by}`,
  ...changes,
});

function world(given: Partial<ReadsOnRecordDeps> = {}) {
  const clock = stoppedClock(1000);
  const batches: AuditBatch[] = [];
  const told: string[] = [];
  const state = { error: null as Error | null, gone: new Set<string>(), isUnsure: false };
  let made = 0;
  const log = new ReadsOnRecord({
    audit: {
      addBatch: async (batch) => {
        if (state.isUnsure) batches.push(batch);
        if (state.error !== null) throw state.error;
        if (!state.isUnsure) batches.push(batch);
      },
    },
    forgotten: { among: async (ids) => new Set(ids.filter((id) => state.gone.has(id))) },
    clock,
    ids: { uuid: () => `batch-${++made}` },
    logger: {
      ...{ debug: () => undefined, error: () => undefined },
      info: (_fields, text) => void told.push(text),
      warn: (_fields, text) => void told.push(text),
    },
    ...given,
  });
  const entries = () => batches.flatMap((batch) => batch.entries);
  return { log, clock, batches, entries, state, told };
}
const away = new RpcError('unavailable', 'away');
const refusal = (of: string, by = 'm-1', changes: Partial<Refusal> = {}): Refusal => ({
  ...{ viewer: viewer(by), subject: { kind: 'learner', id: of }, reason: 'forbidden' },
  ...{ route: '/api/v1/a/:userId', requestId: `req of ${by}`, ...changes },
});
const tenMinutes = 10 * 60_000;

describe('reads of others’ data', () => {
  it('are on record: who, whose, when, at which address, under which rule', async () => {
    const { log, entries } = world();
    log.note(read());
    await log.flush();
    expect(entries()).toEqual([
      {
        ...{ actorId: 'm-1', action: 'data.read', subjectKind: 'learner', subjectId: 'u-1' },
        ...{ organizationId: 'org-1', outcome: 'done', requestId: 'req of m-1', occurredAt: 1000 },
        detail: {
          ...{ route: '/api/v1/a/:userId', rule: 'learner.taught', reads: 1 },
          until: '1970-01-01T00:00:01.000Z',
        },
      },
    ]);
    expect(log.figures()).toEqual({ written: 1, dropped: 0, waiting: 0 });
  });

  it('are one line where they are the same, with how many there were and until when', async () => {
    const { log, clock, entries } = world();
    log.note(read());
    clock.advance(500);
    log.note(read('m-1', 'u-1', { requestId: 'another' }));
    log.note(read('m-2'));
    log.note(read('m-1', 'u-2'));
    log.note(read('m-1', 'u-1', { route: '/api/v1/b' }));
    log.note(read('m-1', 'u-1', { relation: 'any' }));
    log.note(read('m-1', 'u-1', { subject: { kind: 'trainer', id: 'u-1', organizationId: null } }));
    await log.flush();
    expect(entries()).toHaveLength(6);
    expect(entries()[0]).toMatchObject({
      occurredAt: 1000,
      detail: { reads: 2, until: '1970-01-01T00:00:01.500Z' },
    });
    expect(log.figures().written).toBe(7);
    await log.flush();
    expect(entries()).toHaveLength(6);
  });

  it('are not what somebody reads of themselves alone', async () => {
    const { log, entries } = world();
    log.note(read('u-1', 'u-1', { relation: 'self' }));
    log.note(
      read('u-1', 'u-1', { relation: 'self', subject: { kind: 'trainer', id: 'u-1', organizationId: null } }),
    );
    log.note(read('u-1', 'u-1', { viewer: null }));
    await log.flush();
    expect(entries().map(({ actorId, subjectKind }) => [actorId, subjectKind])).toEqual([
      ['u-1', 'trainer'],
      [null, 'learner'],
    ]);
  });

  it('are written in batches of a bounded size', async () => {
    const { log, batches } = world({ mostAtOnce: 2 });
    for (const id of ['u-1', 'u-2', 'u-3', 'u-4', 'u-5']) log.note(read('m-1', id));
    await Promise.all([log.flush(), log.flush()]);
    expect(batches.map(({ id, entries }) => [id, entries.length])).toEqual([
      ['batch-1', 2],
      ['batch-2', 2],
      ['batch-3', 1],
    ]);
  });

  it('wait while the database is away, and are sent again under the same name', async () => {
    const { log, batches, state, told } = world();
    Object.assign(state, { error: away, isUnsure: true });
    log.note(read());
    await log.flush();
    log.note(read('m-2'));
    await log.flush();
    expect(log.figures()).toEqual({ written: 0, dropped: 0, waiting: 1 });
    state.error = null;
    await log.flush();
    expect(batches.map(({ id }) => id)).toEqual(['batch-1', 'batch-1', 'batch-1', 'batch-2']);
    expect(log.figures()).toEqual({ written: 2, dropped: 0, waiting: 0 });
    expect(told).toEqual([
      'reads wait to be put on record: the audit log cannot be written',
      'reads are put on record again',
    ]);
  });

  it('that there is no room for are counted, and the first that is told afterwards', async () => {
    const { log, clock, entries, state } = world({ most: 2 });
    state.error = away;
    for (const id of ['u-1', 'u-2', 'u-3']) log.note(read('m-1', id));
    clock.advance(500);
    log.note(read('m-1', 'u-4'));
    // What is there already costs no room.
    log.note(read('m-1', 'u-1'));
    expect(log.figures()).toEqual({ written: 0, dropped: 2, waiting: 2 });
    await log.flush();
    state.error = null;
    await log.flush();
    expect(entries()).toHaveLength(3);
    expect(entries()[0]).toEqual({
      ...{ actorId: null, action: 'audit.gap', subjectKind: null, subjectId: null, organizationId: null },
      ...{ outcome: 'failed', requestId: null, occurredAt: 1000 },
      detail: { reads: 2, until: '1970-01-01T00:00:01.500Z' },
    });
    expect(log.figures()).toEqual({ written: 3, dropped: 2, waiting: 0 });
  });

  it('that the database will never take do not keep the others waiting', async () => {
    const { log, entries, state } = world();
    state.error = new RpcError('invalid', 'an audit entry is not well-formed');
    log.note(read());
    log.note(read());
    await log.flush();
    expect(log.figures()).toEqual({ written: 0, dropped: 2, waiting: 0 });
    state.error = null;
    log.note(read('m-2'));
    await log.flush();
    expect(entries().map(({ action, detail }) => [action, detail.reads])).toEqual([
      ['audit.gap', 2],
      ['data.read', 1],
    ]);
  });

  it('do not name whoever was erased, nor the words of their requests', async () => {
    const { log, entries, state } = world();
    state.gone = new Set(['u-1', 'm-2', 'req of m-4']);
    log.note(read('m-1', 'u-1'));
    log.note(read('m-2', 'u-2'));
    log.note(read('m-3', 'u-3'));
    log.note(read('m-4', 'u-4'));
    await log.flush();
    expect(entries().map(({ actorId, subjectId, requestId }) => [actorId, subjectId, requestId])).toEqual([
      ['m-1', null, null],
      [null, 'u-2', null],
      ['m-3', 'u-3', 'req of m-3'],
      ['m-4', 'u-4', null],
    ]);
  });

  it('about somebody who is erased while they are written are written anew', async () => {
    const { log, entries, state } = world();
    state.error = new RpcError('gone', 'somebody was erased');
    log.note(read());
    await log.flush();
    expect(log.figures()).toMatchObject({ written: 0, dropped: 0 });
    Object.assign(state, { error: null, gone: new Set(['u-1']) });
    await log.flush();
    expect(entries()).toMatchObject([{ actorId: 'm-1', subjectId: null, requestId: null }]);
  });
});

describe('reads that were refused', () => {
  it('are on record: who wanted whose data, at which address, and which rule refused it', async () => {
    const { log, entries } = world();
    log.refused(refusal('u-1'));
    await log.flush();
    expect(entries()).toEqual([
      {
        ...{ actorId: 'm-1', action: 'data.refused', subjectKind: 'learner', subjectId: 'u-1' },
        ...{ organizationId: 'org-1', outcome: 'denied', requestId: 'req of m-1', occurredAt: 1000 },
        detail: { route: '/api/v1/a/:userId', rule: 'learner.forbidden' },
      },
    ]);
  });

  it('are not what somebody wanted of themselves', async () => {
    const { log, entries } = world();
    log.refused(refusal('m-1', 'm-1', { subject: { kind: 'trainer', id: 'm-1' }, reason: 'not_found' }));
    await log.close();
    expect(entries()).toEqual([]);
  });

  it('again in the same ten minutes are a number, written when these are over', async () => {
    const { log, clock, entries } = world();
    for (const reason of ['forbidden', 'forbidden', 'not_found'])
      log.refused(refusal('u-1', 'm-1', { reason }));
    log.refused(refusal('u-1', 'm-2'));
    await log.flush();
    expect(entries()).toHaveLength(3);
    clock.advance(1000);
    for (const _ of [1, 2, 3]) log.refused(refusal('u-1'));
    clock.advance(tenMinutes - 1001);
    await log.flush();
    expect(entries()).toHaveLength(3);
    clock.advance(1);
    await log.flush();
    expect(entries().slice(3)).toEqual([
      {
        ...{ actorId: 'm-1', action: 'data.refused', subjectKind: null, subjectId: null, requestId: null },
        ...{ organizationId: 'org-1', outcome: 'denied', occurredAt: 1000 },
        detail: { refusals: 4, until: '1970-01-01T00:00:02.000Z' },
      },
    ]);
    expect(log.figures().written).toBe(7);
    log.refused(refusal('u-1'));
    await log.flush();
    expect(entries()).toHaveLength(5);
  });

  it('cannot fill the log: whoever asks for 10,000 ids leaves 21 lines, and crowds out nobody’s reads', async () => {
    const { log, entries } = world({ most: 100 });
    for (let of = 0; of < 10_000; of += 1) log.refused(refusal(`u-${of}`));
    log.note(read('m-2'));
    await log.close();
    const lines = entries().filter(({ action }) => action === 'data.refused');
    expect(lines).toHaveLength(21);
    expect(lines[20]?.detail.refusals).toBe(9980);
    expect(entries()).toContainEqual(expect.objectContaining({ actorId: 'm-2', action: 'data.read' }));
    expect(log.figures().dropped).toBe(0);
  });

  it('of more callers at once than are counted end the oldest period early, and lose none', async () => {
    const { log, entries } = world();
    const callers = Array.from({ length: 5003 }, (_, at) => `m-${at}`);
    for (const by of callers) for (const _ of [1, 2]) log.refused(refusal('u-1', by));
    await log.close();
    expect(entries()).toHaveLength(2 * callers.length);
    expect(log.figures()).toEqual({ written: 2 * callers.length, dropped: 0, waiting: 0 });
  });

  it('do not name whoever was erased', async () => {
    const { log, entries, state } = world();
    state.gone = new Set(['u-1']);
    log.refused(refusal('u-1'));
    await log.flush();
    expect(entries()).toMatchObject([{ actorId: 'm-1', subjectId: null, requestId: null }]);
  });
});
