import { describe, expect, it, vi } from 'vitest';
import { notingOrganizations } from '../../../src/application/organization/note-organizations.ts';
import type { Viewer } from '../../../src/domain/identity/viewer.ts';
import { callScope } from '../../fixtures/stubs.ts';

const viewer = (organizationId: string | null): Viewer => ({
  id: 'u-1',
  organizationId,
  roles: ['learner'],
  tokenId: 't-1',
  sessionId: null,
  expiresAt: 1,
  asOf: 0,
});
const verifier = {
  verifyCached: () => undefined,
  verify: async (token: string) => {
    if (token === 'bad') throw new Error('refused');
    return viewer(token === 'nobody’s' ? null : token);
  },
};

describe('an organization', () => {
  it('is noted when the first token of it is shown, once, and nobody waits for that', async () => {
    const note = vi.fn(() => new Promise<void>(() => undefined));
    const noting = notingOrganizations(verifier, { note, onFailure: () => undefined });
    for (const token of ['org-1', 'org-1', 'org-2', 'nobody’s']) await noting.verify(token, callScope());
    expect(note.mock.calls).toEqual([['org-1'], ['org-2']]);
  });

  it('is not noted for a token that is refused', async () => {
    const note = vi.fn(async () => undefined);
    const noting = notingOrganizations(verifier, { note, onFailure: () => undefined });
    await expect(noting.verify('bad', callScope())).rejects.toThrow('refused');
    expect(note).not.toHaveBeenCalled();
  });

  it('is noted with the next token when that has failed', async () => {
    const onFailure = vi.fn();
    const note = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const noting = notingOrganizations(verifier, { note, onFailure });
    await noting.verify('org-1', callScope());
    await expect.poll(() => onFailure.mock.calls.length, { interval: 5 }).toBe(1);
    await noting.verify('org-1', callScope());
    await noting.verify('org-1', callScope());
    expect(note).toHaveBeenCalledTimes(2);
  });
});
