/** What holds for every prediction, whatever it foretells. */
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metaIn } from '../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { defineAnalytic } from '../../src/application/analytics/define.ts';
import { makeRunAnalytic } from '../../src/application/analytics/run-analytic.ts';
import { makeMayPredict } from '../../src/application/auth/may-predict.ts';
import { makeNotePredictions } from '../../src/application/people/note-predictions.ts';
import type { AuditEntry } from '../../src/application/ports/audit.ts';
import type { MadePrediction } from '../../src/application/ports/predictions.ts';
import type { UpstreamGate } from '../../src/application/ports/reply.ts';
import { RpcError } from '../../src/application/ports/rpc.ts';
import { MemoryAnswerCache } from '../../src/infrastructure/cache/memory-answer-cache.ts';
import { digest } from '../../src/infrastructure/digest.ts';
import { MemoryPreferences } from '../../src/infrastructure/gamification/memory-preferences.ts';
import { analyticRoute } from '../../src/presentation/http/analytics-routes.ts';
import type { AppDeps } from '../../src/presentation/http/app.ts';
import { appWith, viewer } from '../fixtures/app.ts';
import {
  callScope,
  failure,
  reply,
  silentLogger,
  stoppedClock,
  stubGate,
  stubStores,
} from '../fixtures/stubs.ts';

const model = {
  id: 'sample-model',
  version: 3,
  population: 'nobody',
  horizonDays: 28,
  auc: 0.7,
  brier: 0.1,
  calibrationSlope: null,
};

const foretelling = defineAnalytic({
  id: 'predictive.sample',
  version: 1,
  path: '/sample/:userId',
  subject: 'learner',
  summary: 'sample',
  definition: { formula: 'f', unit: 'u', population: 'p', nullRule: 'n' },
  query: z.strictObject({}),
  result: z.object({ courses: z.number() }),
  cache: 'predictive',
  rate: 'predictive',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  affects: { progress: ['courses'] },
  compute: ({ progress }) => ({
    data: { courses: progress?.length ?? 0 },
    missing: [],
    prediction: { model, inputs: { secret: 42 } },
  }),
});

const subject = { kind: 'learner', id: 'u-1', organizationId: null } as const;
const question = { analytic: foretelling, subject, query: {}, completeness: 'partial' } as const;
const clock = stoppedClock();
const knowing = { courses: { progress: () => reply('courses', [], 'realtime', clock.now()) } };

function running(gate: UpstreamGate, refuses = false) {
  const noted: MadePrediction[] = [];
  const run = makeRunAnalytic({
    gate,
    stores: { live: stubStores(), mock: stubStores() },
    cache: new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock),
    policies: cachePolicies,
    clock,
    digest,
    logger: silentLogger,
    budgetMs: 8000,
    minimumCohortOf: () => 10,
    notePrediction: async (made) => {
      if (refuses) throw new RpcError('unavailable', 'the database is away');
      noted.push(made);
    },
  });
  return { run, noted };
}

describe('a prediction', () => {
  it('names its model and the digest of what it was told, and is kept for two days', async () => {
    const { run } = running(stubGate(knowing));
    const { answer, form } = await run(question, callScope());
    const inputDigest = digest(JSON.stringify(['u-1', {}, { secret: 42 }]));
    expect(metaIn({ answer, form }).model).toEqual({ ...model, inputDigest });
    expect(answer.expiresAt - clock.now()).toBe(48 * 3_600_000);
    expect(answer.data.toString()).not.toContain('secret');
  });

  it('is on record once for each time it is made, not for each time it is given', async () => {
    const { run, noted } = running(stubGate(knowing));
    const { answer } = await run(question, callScope());
    expect((await run(question, callScope())).form).toBe('cached');
    expect(noted).toEqual([
      { subject, metric: answer.meta.metric, model: answer.meta.model, requestId: 'req-1' },
    ]);
  });

  it('is not given when it cannot be put on record', async () => {
    const { run } = running(stubGate(knowing), true);
    await expect(run(question, callScope())).rejects.toThrow('the database is away');
  });

  it('is not on record when it is about the sample world', async () => {
    const away = { courses: { progress: () => failure('courses') } };
    const { run, noted } = running(stubGate(away, knowing));
    const { answer } = await run(question, callScope());
    expect(answer.meta.model?.id).toBe('sample-model');
    expect(noted).toEqual([]);
  });
});

describe('the record of a prediction', () => {
  const made = {
    subject,
    metric: { id: 'predictive.sample', version: 1 },
    model: { id: 'm', version: 2, inputDigest: 'd' },
    requestId: 'r',
  };
  async function entryWith(gone: readonly string[]): Promise<AuditEntry | undefined> {
    const entries: AuditEntry[] = [];
    const audit = { add: async (entry: AuditEntry) => void entries.push(entry) };
    const forgotten = { among: async () => new Set(gone) };
    await makeNotePredictions({ audit, forgotten, clock })(made);
    return entries[0];
  }

  it('says about whom, by which model and version, and from inputs of which digest', async () => {
    expect(await entryWith([])).toMatchObject({
      actorId: null,
      action: 'prediction.made',
      subjectId: 'u-1',
      detail: { metric: 'predictive.sample', model: 'm', modelVersion: 2, inputDigest: 'd' },
    });
  });

  it('does not name whoever was erased', async () => {
    expect((await entryWith(['u-1']))?.subjectId).toBeNull();
  });
});

/** Everyone may see anyone; nobody has an organization. */
const unattached: AppDeps['authorizer'] = {
  peek: () => undefined,
  authorize: async (_viewer, ref) => ({ ...ref, organizationId: null }),
};

describe('somebody who has switched predictions off', () => {
  const choosing = async (id: string) => {
    const preferences = new MemoryPreferences();
    await preferences.update(id, null, { predictiveAnalytics: false });
    return preferences;
  };
  const ask = async (chooser: string, aboutId: string) => {
    const { run } = running(stubGate(knowing));
    const mayPredict = makeMayPredict(await choosing(chooser));
    const app = appWith([analyticRoute(foretelling, run, () => false, mayPredict)], {
      authorizer: unattached,
    });
    return request(app).get(`/api/v1/sample/${aboutId}`).set('Authorization', 'Bearer good');
  };

  it('is foretold to nobody else, who hear why by a code of its own, uncounted', async () => {
    const refused = await ask('u-2', 'u-2');
    expect(refused.status).toBe(403);
    expect(refused.body.error.code).toBe('PREDICTION_OPTED_OUT');
    expect(refused.headers.ratelimit).toBeUndefined();
  });

  it('still sees the plain truth about oneself', async () => {
    const own = await ask(viewer.id, viewer.id);
    expect(own.status).toBe(200);
    expect(own.body.data).toEqual({ courses: 0 });
  });

  it('takes nothing away from what is foretold of others', async () => {
    expect((await ask('u-3', 'u-2')).status).toBe(200);
  });
});

describe('predictions that are switched off', () => {
  it('are given to nobody, kept or not, and come back as they were kept', async () => {
    const { run } = running(stubGate(knowing));
    let isOn = true;
    const mayPredict = makeMayPredict(new MemoryPreferences(), async () => isOn);
    const app = appWith([analyticRoute(foretelling, run, () => true, mayPredict)], {
      authorizer: unattached,
    });
    const ask = () => request(app).get('/api/v1/sample/me').set('Authorization', 'Bearer good');
    const first = await ask().expect(200);
    isOn = false;
    const refused = await ask().expect(404);
    expect(refused.body.error.code).toBe('FEATURE_OFF');
    expect(refused.headers.ratelimit).toBeUndefined();
    isOn = true;
    const again = await ask().expect(200);
    expect(again.body.meta.dataSource).toBe('cached');
    expect(again.body.data).toEqual(first.body.data);
  });
});
