import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../src/application/audit/verify-audit.ts';
import type { ChainHead } from '../../../src/domain/audit/chain.ts';
import { atOnce, hour, now, onBoth, onPostgres, type SchemaWorld, someone } from './schema-world.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const salt = 'known to the application only';
const days = (count: number) => count * 24 * hour;
const micros = (at: number) => at * 1000;

function makeAsked({ call, sql }: SchemaWorld) {
  const line = (changes: object = {}) => ({
    actor_id: 'u-1',
    action: 'data.read',
    subject_kind: 'learner',
    subject_id: 'u-2',
    organization_id: 'org-1',
    outcome: 'done',
    now,
    request_id: 'req-1',
    detail: { route: '/api/v1/a', reads: 2 },
    ...changes,
  });
  const write = (changes: object = {}) => call('audit', line(changes));
  const verify = (heads: readonly ChainHead[] = [], at = now) =>
    verifyAudit({ call }, { digest, heads, keptSinceMicros: micros(at - days(3650)) });
  const faults = async (heads: readonly ChainHead[] = []) =>
    (await verify(heads)).findings.map(({ fault }) => fault);
  const lastLine = async () => {
    const [row] = await sql('select max(id)::text as id from internal.audit_log');
    return String(row?.id);
  };

  /** As somebody does who owns the tables; undone afterwards. */
  async function tampered(...statements: readonly string[]): Promise<string[]> {
    await sql('begin');
    try {
      for (const table of ['audit_log', 'audit_chain'])
        await sql(`alter table internal.${table} disable trigger user`);
      for (const statement of statements) await sql(statement);
      // The same texts that the function gives, read in this transaction.
      const read: SchemaWorld['call'] = async (fn, args = {}) => {
        const names = Object.keys(args);
        const given = names
          .map(
            (name, index) => `"${name}" => $${index + 1}::text::${name === 'limit' ? 'integer' : 'bigint'}`,
          )
          .join(', ');
        const values = names.map((name) => String((args as Record<string, unknown>)[name]));
        const [row] = await sql(`select api.${fn}(${given})::text as answer`, values);
        return JSON.parse(row?.answer ?? 'null');
      };
      const { findings } = await verifyAudit(
        { call: read },
        { digest, heads: [], keptSinceMicros: micros(now - days(3650)) },
      );
      return findings.map(({ fault }) => fault);
    } finally {
      await sql('rollback');
    }
  }
  return { write, verify, faults, lastLine, tampered };
}

onBoth('the chain of the audit log', (world) => {
  const { call, sql } = world;
  const { write, verify, faults, lastLine, tampered } = makeAsked(world);

  it('has an entry for each line, whoever writes it, and is whole', async () => {
    const before = await verify();
    await write();
    await write({ actor_id: null, subject_id: null, organization_id: null, request_id: null, detail: {} });
    await write({ request_id: 'öß “words”', detail: { text: 'ü"\\', list: [1, 2.5, null] } });
    const after = await verify();
    expect(after).toMatchObject({ findings: [], entries: before.entries + 3 });
    await expect(write({ outcome: 'perhaps' })).rejects.toMatchObject({ code: 'invalid' });
    expect((await verify()).entries).toBe(after.entries);
  });

  describe('somebody who owns the tables is found out', () => {
    const id = '(select max(id) - 1 from internal.audit_log)';
    const position = '(select max(position) - 1 from internal.audit_chain)';

    it.each<[string, string[], string[]]>([
      [
        'another actor',
        [`update internal.audit_log set actor_id = 'u-9' where id = ${id}`],
        ['changed_line'],
      ],
      ['another action', [`update internal.audit_log set action = 'a.b' where id = ${id}`], ['changed_line']],
      [
        'another outcome',
        [`update internal.audit_log set outcome = 'denied' where id = ${id}`],
        ['changed_line'],
      ],
      [
        'a microsecond',
        [
          `update internal.audit_log set occurred_at = occurred_at + interval '1 microsecond' where id = ${id}`,
        ],
        ['changed_line'],
      ],
      [
        'another number of reads',
        [`update internal.audit_log set detail = '{"reads": 1}' where id = ${id}`],
        ['changed_line'],
      ],
      [
        'no request id',
        [`update internal.audit_log set request_id = null where id = ${id}`],
        ['changed_line'],
      ],
      ['a deleted line', [`delete from internal.audit_log where id = ${id}`], ['deleted_line']],
      [
        'a line that is deleted with its entry',
        [
          `delete from internal.audit_log where id = ${id}`,
          `delete from internal.audit_chain where position = ${position}`,
        ],
        ['broken_link'],
      ],
      [
        'an inserted line',
        [
          `insert into internal.audit_log (occurred_at, action, outcome, detail) values (now(), 'a.b', 'done', '{}')`,
        ],
        ['inserted_line'],
      ],
      [
        'two lines that have changed places',
        [
          `update internal.audit_chain set line_id = -line_id where position >= ${position}`,
          `update internal.audit_chain c set line_id = -o.line_id from (select * from internal.audit_chain where line_id < 0) o
           where c.line_id < 0 and c.position <> o.position`,
        ],
        ['changed_entry', 'changed_line', 'changed_entry', 'changed_line'],
      ],
      [
        'an erasure that never was',
        [
          `update internal.audit_log set actor_id = 'erased-00000000000000000000000000000000' where id = ${id}`,
          `update internal.audit_chain set nonce = null where position = ${position}`,
        ],
        ['changed_line'],
      ],
    ])('by %s', async (_name, statements, expected) => {
      await write();
      await write({ actor_id: 'u-3' });
      await write();
      expect(await tampered(...statements)).toEqual(expected);
      expect(await faults()).toEqual([]);
    });

    it('by a head that was noted, when the end is cut off', async () => {
      await write();
      const { head } = await verify();
      if (head === null) throw new Error('there is no head');
      await write();
      expect(await faults([head])).toEqual([]);
      expect(await faults([{ ...head, hash: 'f'.repeat(64) }])).toEqual(['missing_head']);
      expect(await faults([{ ...head, position: head.position + 5 }])).toEqual(['missing_head']);
    });

    it.each([
      'update internal.audit_chain set nonce = null',
      'delete from internal.audit_chain',
      'truncate internal.audit_chain',
    ])('and may not as any other: %s', async (statement) => {
      await write();
      await expect(sql(statement)).rejects.toThrow('append-only');
    });
  });

  it('holds when somebody is erased, and cannot be asked any more who it was', async () => {
    const [user, other] = [someone(), someone()];
    await write({ actor_id: user, subject_id: other });
    await write({ actor_id: other, subject_id: user, detail: { userId: user } });
    await write({ actor_id: other, subject_id: other });
    const before = await verify();
    await call('erase_person', {
      user_id: user,
      salt,
      requested_by: other,
      organization_id: 'org-1',
      reason: 'asked',
      now,
    });
    const after = await verify();
    expect(after).toMatchObject({ findings: [], erased: before.erased + 2, entries: before.entries + 3 });
    const [row] = await sql(
      `select count(*)::text as open from internal.audit_chain c where c.nonce is not null
       and encode(sha256(convert_to(c.nonce || ' ' || jsonb_build_array('${user}', '${other}', 'req-1', '{"reads": 2, "route": "/api/v1/a"}'::jsonb)::text, 'UTF8')), 'hex') = c.commitment`,
    );
    expect(row?.open).toBe('0');
  });

  describe('a batch', () => {
    const entry = (changes: object = {}) => ({
      ...{ actorId: someone(), action: 'data.read', subjectKind: 'learner', subjectId: someone() },
      ...{ organizationId: 'org-b', outcome: 'done', requestId: null, detail: { reads: 3 }, occurredAt: now },
      ...changes,
    });
    const count = async () => {
      const [row] = await sql(
        "select count(*)::text as n from internal.audit_log where organization_id = 'org-b'",
      );
      return Number(row?.n);
    };

    it('is there once, however often it is sent, and in the chain', async () => {
      const args = { batch_id: randomUUID(), entries: [entry(), entry({ subjectId: null })] };
      const before = await count();
      expect(await call('audit_batch', args)).toBe(true);
      expect(await call('audit_batch', args)).toBe(false);
      expect(await count()).toBe(before + 2);
      expect(await faults()).toEqual([]);
    });

    it('is refused as a whole when anything in it is wrong, or somebody in it was erased', async () => {
      const gone = someone();
      await call('erase_person', {
        user_id: gone,
        salt,
        requested_by: null,
        organization_id: null,
        reason: 'asked',
        now,
      });
      const before = await count();
      const send = (entries: unknown, more: object = {}) =>
        call('audit_batch', { batch_id: randomUUID(), entries, ...more });
      await expect(send([entry(), entry({ subjectId: gone })], { salt })).rejects.toMatchObject({
        code: 'gone',
      });
      await expect(send([entry(), entry({ actorId: gone })], { salt })).rejects.toMatchObject({
        code: 'gone',
      });
      for (const wrong of [
        [entry({ outcome: 'perhaps' })],
        [entry({ occurredAt: null })],
        [entry({ actorId: 'a b' })],
        [entry({ detail: [] })],
        {},
        null,
        Array(1001).fill(entry()),
      ])
        await expect(send(wrong)).rejects.toMatchObject({ code: 'invalid' });
      expect(await count()).toBe(before);
    });
  });

  // The last, as it ends what the others have written.
  it('keeps an anchor when lines have been kept long enough', async () => {
    const long = now + days(3660);
    await write();
    const retain = async (at: number) => {
      await call('apply_retention_step', {
        raw_activity_days: 7,
        snapshot_days: 730,
        audit_days: 3650,
        now: at,
      });
      return call('prune_audit_chain', { audit_days: 3650, now: at });
    };
    expect(await retain(now)).toBe(0);
    const { head, entries } = await verify();
    expect(await retain(long)).toBe(entries - 1);
    expect(await verify([head as ChainHead], long)).toMatchObject({ findings: [], entries: 1, head });
    await write({ now: long });
    expect(await verify([], long)).toMatchObject({ findings: [], entries: 2 });
    expect(await retain(long)).toBe(0);
    // Gone before its time.
    expect((await verify([], now)).findings).not.toEqual([]);
    expect(Number(await lastLine())).toBeGreaterThan(0);
  });
});

onPostgres('writers at once', (world) => {
  const { call } = world;
  const { write, verify } = makeAsked(world);

  it('append to one chain, and erasures beside them', async () => {
    const people = Array.from({ length: 5 }, someone);
    await atOnce(60, (n) => {
      const person = people[n % people.length] ?? '';
      if (n % 12 === 11)
        return call('erase_person', {
          user_id: person,
          salt,
          requested_by: null,
          organization_id: null,
          reason: 'asked',
          now,
        });
      const entry = { actorId: person, action: 'data.read', outcome: 'done', detail: {}, occurredAt: now };
      return n % 3 === 0
        ? call('audit_batch', { batch_id: randomUUID(), entries: [entry, entry] })
        : write({ actor_id: person });
    });
    const { findings, entries } = await verify();
    expect(findings).toEqual([]);
    expect(entries).toBeGreaterThanOrEqual(60);
  });
});
