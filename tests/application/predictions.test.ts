/** What holds for every prediction, whatever it foretells. */
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metaIn } from '../../src/application/analytics/answer.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { defineAnalytic } from '../../src/application/analytics/define.ts';
import { languageQuery } from '../../src/application/analytics/fields.ts';
import { makeRunAnalytic } from '../../src/application/analytics/run-analytic.ts';
import { makeMayPredict } from '../../src/application/auth/may-predict.ts';
import {
  type Narrate,
  type Narrated,
  type NarrateOptions,
  narrateByRules,
  type ToNarrate,
} from '../../src/application/narratives/narrate.ts';
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
import { timed } from '../fixtures/lateness.ts';
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
  query: z.strictObject({ language: languageQuery }),
  result: z.object({ courses: z.number(), narrative: z.string().nullable() }),
  cache: 'predictive',
  rate: 'predictive',
  sources: ({ courses }, { subject }) => ({ progress: courses.progress(subject.id) }),
  affects: { progress: ['courses'] },
  compute: ({ progress }) => ({
    data: { courses: progress?.length ?? 0, narrative: null },
    missing: [],
    prediction: { model, inputs: { secret: 42 } },
  }),
  words: {
    field: 'narrative',
    items: ({ data: { courses } }) => [
      { kind: 'forecast', facts: [{ code: 'percent_done', value: courses }] },
    ],
    placed: (data, [text]) => ({ ...data, narrative: text ?? null }),
  },
});

const subject = { kind: 'learner', id: 'u-1', organizationId: null } as const;
const question = {
  analytic: foretelling,
  subject,
  query: { language: 'en' },
  completeness: 'partial',
} as const;
const clock = stoppedClock();
const knowing = { courses: { progress: () => reply('courses', [], 'realtime', clock.now()) } };

function running(
  gate: UpstreamGate,
  { refuses = false, narrate }: { refuses?: boolean; narrate?: Narrate } = {},
) {
  const noted: MadePrediction[] = [];
  const cache = new MemoryAnswerCache({ maxEntries: 10, maxBytes: 1e6 }, clock);
  const run = makeRunAnalytic({
    gate,
    ...(narrate === undefined ? {} : { narrate }),
    stores: { live: stubStores(), mock: stubStores() },
    cache,
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
  return { run, noted, cache };
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
    const { run } = running(stubGate(knowing), { refuses: true });
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

const dataOf = ({ answer: { data } }: { answer: { data: Buffer } }): unknown => JSON.parse(data.toString());

/** Words of a model that is late: the rules' now, its own when it is let go. */
function lateModel() {
  const told: { options: NarrateOptions; items: readonly ToNarrate[] }[] = [];
  let write = () => {};
  const narrate: Narrate = async (items, options) => {
    told.push({ options, items });
    const byModel = {
      narratives: [{ text: 'In better words.', source: 'model', model: 'a-model' }],
      meta: { source: 'model', model: 'a-model' },
    } as const;
    const later = new Promise<Narrated>((resolve) => {
      write = () => resolve(byModel);
    });
    return { ...(await narrateByRules(items, options)), later };
  };
  return { narrate, told, write: () => write() };
}

describe('the words of a prediction', () => {
  const ruled = { courses: 0, narrative: '0% is done.' };

  it('are those of rules where there is no model, and are kept with the figures', async () => {
    const { run } = running(stubGate(knowing));
    for (const form of ['live', 'cached']) {
      const served = await run(question, callScope());
      expect(served.form).toBe(form);
      expect(dataOf(served)).toEqual(ruled);
      expect(served.answer.meta.narrative).toEqual({ source: 'rules', model: null });
    }
  });

  it('are of the language that is asked for, from the same inputs', async () => {
    const { run, noted } = running(stubGate(knowing));
    await run(question, callScope());
    const hebrew = await run({ ...question, query: { language: 'he' } }, callScope());
    expect(dataOf(hebrew)).toEqual({ courses: 0, narrative: 'הושלמו 0%.' });
    expect(new Set(noted.map((made) => made.model.inputDigest)).size).toBe(1);
  });

  it('are asked for with codes and numbers, about whoever is foretold', async () => {
    const { narrate, told } = lateModel();
    await running(stubGate(knowing), { narrate }).run(question, callScope());
    const [asked] = told;
    expect(asked?.items).toEqual([{ kind: 'forecast', facts: [{ code: 'percent_done', value: 0 }] }]);
    expect(asked?.options).toMatchObject({
      about: { userId: 'u-1', organizationId: null },
      language: 'en',
    });
  });

  it('do not wait beyond the request’s time', async () => {
    const { narrate, told } = lateModel();
    const { run } = running(stubGate(knowing), { narrate });
    await run(question, callScope({ deadlineAt: clock.now() }));
    const { ownMs } = await timed(() =>
      expect.poll(() => told[0]?.options.signal.aborted, { interval: 5 }).toBe(true),
    );
    expect(ownMs).toBeLessThan(500);
  });

  it('are the rules’ while the model is late, and the model’s for whoever asks next; made and noted once', async () => {
    const { narrate, write } = lateModel();
    const { run, noted } = running(stubGate(knowing), { narrate });
    const first = await run(question, callScope());
    expect(dataOf(first)).toEqual(ruled);
    expect(dataOf(await run(question, callScope()))).toEqual(ruled);
    write();
    await expect
      .poll(async () => dataOf(await run(question, callScope())), { interval: 5 })
      .toEqual({ courses: 0, narrative: 'In better words.' });
    const { answer, form } = await run(question, callScope());
    expect(form).toBe('cached');
    expect(answer.meta.narrative).toEqual({ source: 'model', model: 'a-model' });
    expect(answer.digest).not.toBe(first.answer.digest);
    expect(noted).toHaveLength(1);
  });

  it('that come after a choice against them are not kept', async () => {
    const { narrate, write } = lateModel();
    const { run, cache } = running(stubGate(knowing), { narrate });
    await run(question, callScope());
    cache.purge(['learner:u-1']);
    write();
    await new Promise(setImmediate);
    const next = await run(question, callScope());
    expect([next.form, dataOf(next)]).toEqual(['live', ruled]);
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
  authorize: async (_viewer, ref) => ({ ...ref, organizationId: null, relation: 'taught' }),
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
    expect(own.body.data).toMatchObject({ courses: 0 });
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
