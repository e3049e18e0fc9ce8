import { describe, expect, it } from 'vitest';
import type { AnalyticQuestion } from '../../../src/application/analytics/question.ts';
import { registry } from '../../../src/application/analytics/registry.ts';
import type { RunAnalytic } from '../../../src/application/analytics/run-analytic.ts';
import { warmOrganization } from '../../../src/application/organization/warm-organization.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { callScope } from '../../fixtures/stubs.ts';

const ofOrganizations = registry.filter(({ subject }) => subject === 'organization').map(({ id }) => id);
const scope = (signal: AbortSignal) => callScope({ signal });

describe('warming an organization', () => {
  it('asks for each of its figures as its dashboard does, one after the other, and counts what fails', async () => {
    const asked: AnalyticQuestion[] = [];
    let running = 0;
    const run: RunAnalytic = async (question) => {
      running += 1;
      expect(running).toBe(1);
      asked.push(question);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      if (asked.length === 2) throw new AppError('UPSTREAM_UNAVAILABLE', 'no');
      return { answer: {} as never, form: 'live' };
    };
    const figures = await warmOrganization('org-1', { registry, run, scope }, new AbortController().signal);
    expect(asked.map(({ analytic }) => analytic.id)).toEqual(ofOrganizations);
    for (const { subject, analytic, query } of asked) {
      expect(subject).toEqual({ kind: 'organization', id: 'org-1', organizationId: 'org-1' });
      expect(query).toEqual(analytic.query.parse({}));
    }
    expect(figures).toEqual({ warmed: ofOrganizations.length - 1, failed: 1 });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    let asked = 0;
    const run: RunAnalytic = async () => {
      asked += 1;
      stop.abort(new Error('the process stops'));
      return { answer: {} as never, form: 'live' };
    };
    await expect(warmOrganization('org-1', { registry, run, scope }, stop.signal)).rejects.toThrow(
      'the process stops',
    );
    expect(asked).toBe(1);
  });
});
