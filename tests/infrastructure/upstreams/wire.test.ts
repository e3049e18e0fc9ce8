import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import type { WireRequest } from '../../../src/infrastructure/upstreams/transport.ts';
import { makeWire, path } from '../../../src/infrastructure/upstreams/wire.ts';
import { wireId } from '../../../src/infrastructure/upstreams/wire-types.ts';
import { failureFrom } from './service.ts';

const item = z.object({ id: wireId });
const notFound = new UpstreamError('not_found', 'status 404');

/** A wire over replies in order; an error among them is thrown. */
function wireOver(...replies: unknown[]) {
  const transport = vi.fn(async (_: WireRequest) => {
    const reply = replies.shift();
    if (reply instanceof Error) throw reply;
    return reply;
  });
  return { wire: makeWire(transport), transport };
}

describe('wire', () => {
  it('encodes what is put into a path', () => {
    expect(path`/users/${'a/b?c'}/skills`).toBe('/users/a%2Fb%3Fc/skills');
  });

  it('answers the validated reply without what the schema does not name', async () => {
    const { wire, transport } = wireOver({ id: 'a', password_hash: 'secret' });
    expect(await wire.get('/x', item, { q: '1' })).toEqual({ id: 'a' });
    expect(transport).toHaveBeenCalledWith({ method: 'GET', path: '/x', query: { q: '1' } });
  });

  it('posts a body', async () => {
    const { wire, transport } = wireOver({ id: 'a' });
    await wire.post('/x', { email: 'e' }, item);
    expect(transport).toHaveBeenCalledWith({ method: 'POST', path: '/x', query: {}, body: { email: 'e' } });
  });

  it.each([
    ['an empty object', {}],
    ['an error body', { error: 'boom' }],
    ['an error beside what we asked for', { id: 'a', error: { code: 1 } }],
    ['null', null],
    ['a number', 7],
    ['a list', []],
  ])('calls %s with status 200 an invalid response', async (_, reply) => {
    expect(await failureFrom(wireOver(reply).wire.get('/x', item))).toBe('invalid_response');
  });

  it.each([
    ['an empty object', {}],
    ['an error body', { error: 'boom', items: [] }],
    ['items that are null', { items: null, nextCursor: null }],
    ['items that are an object', { items: {}, nextCursor: null }],
    ['one item that cannot be read', { items: [{ id: 'a' }, {}], nextCursor: null }],
  ])('calls a list that is %s an invalid response, not an empty list', async (_, reply) => {
    expect(await failureFrom(wireOver(reply).wire.list('/x', item))).toBe('invalid_response');
    expect(await failureFrom(wireOver(reply).wire.page('/x', item, null))).toBe('invalid_response');
    expect(await failureFrom(wireOver(reply).wire.collection('/x', item))).toBe('invalid_response');
  });

  it('names the places that cannot be read and none of the values', async () => {
    const { wire } = wireOver({ person: { email: 'someone@example.org' } });
    const failed = wire.get('/x', z.object({ person: z.object({ email: z.number() }) }));
    await expect(failed).rejects.toThrow('person.email: invalid_type');
    await expect(failed).rejects.not.toThrow('someone');
  });

  it('answers null for 404 only where null is asked for', async () => {
    expect(await wireOver(notFound).wire.getOrNull('/x', item)).toBeNull();
    expect(await failureFrom(wireOver(notFound).wire.get('/x', item))).toBe('not_found');
  });

  it('passes other failures on', async () => {
    const down = new UpstreamError('unavailable', 'status 503');
    expect(await failureFrom(wireOver(down).wire.getOrNull('/x', item))).toBe('unavailable');
    expect(await failureFrom(wireOver(down).wire.list('/x', item))).toBe('unavailable');
  });

  it('reads all pages of a list, the last one empty', async () => {
    const { wire, transport } = wireOver(
      { items: [{ id: 'a' }], nextCursor: 'two' },
      { items: [{ id: 'b' }], nextCursor: 3 },
      { items: [], nextCursor: null },
    );
    expect(await wire.list('/x', item, { from: 'then' })).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(transport.mock.calls.map(([{ query }]) => query)).toEqual([
      { from: 'then', limit: '1000' },
      { from: 'then', limit: '1000', cursor: 'two' },
      { from: 'then', limit: '1000', cursor: '3' },
    ]);
  });

  it('knows an empty list from an unknown one', async () => {
    expect(await wireOver({ items: [], nextCursor: null }).wire.list('/x', item)).toEqual([]);
    expect(await wireOver(notFound).wire.list('/x', item)).toBeNull();
  });

  it('stops with an invalid response when a cursor repeats', async () => {
    const page = { items: [{ id: 'a' }], nextCursor: 'again' };
    const { wire, transport } = wireOver(page, page, page, page);
    expect(await failureFrom(wire.list('/x', item))).toBe('invalid_response');
    expect(transport).toHaveBeenCalledTimes(2);
  });

  it('does not take a list that breaks off with 404 for an unknown or a shorter one', async () => {
    const first = { items: [{ id: 'a' }], nextCursor: 'two' };
    expect(await failureFrom(wireOver(first, notFound).wire.list('/x', item))).toBe('invalid_response');
    expect(await failureFrom(wireOver(notFound).wire.page('/x', item, 'two'))).toBe('invalid_response');
  });

  it('says not_found, and not "no items", when the first page is not found', async () => {
    expect(await failureFrom(wireOver(notFound).wire.page('/x', item, null))).toBe('not_found');
  });

  it.each([
    ['null', { items: [], nextCursor: null }],
    ['absent', { items: [] }],
    ['blank', { items: [], nextCursor: '' }],
  ])('ends a list whose cursor is %s', async (_, reply) => {
    expect(await wireOver(reply).wire.page('/x', item, null)).toEqual({ items: [], nextCursor: null });
  });

  it('reads an unpaged reply without a limit, in an object or bare, and follows a cursor all the same', async () => {
    const { wire, transport } = wireOver({ items: [{ id: 'a' }] });
    expect(await wire.collection('/x', item)).toEqual([{ id: 'a' }]);
    expect(transport).toHaveBeenCalledWith({ method: 'GET', path: '/x', query: {} });
    expect(await wireOver([{ id: 'a' }]).wire.collection('/x', item)).toEqual([{ id: 'a' }]);
    const paged = wireOver({ items: [{ id: 'a' }], nextCursor: 'b' }, { items: [{ id: 'b' }] });
    expect(await paged.wire.collection('/x', item)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('leaves out items that name someone else before they are read', async () => {
    const rows = [{ id: 'a', userId: 'me' }, { userId: 'other' }, { id: 'b' }, { id: 'c', userId: null }];
    const { wire } = wireOver({ items: rows, nextCursor: null });
    expect(await wire.list('/x', item, {}, { userId: 'me' })).toEqual([
      { id: 'a' },
      { id: 'b' },
      { id: 'c' },
    ]);
  });
});
