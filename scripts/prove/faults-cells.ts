/** One cell of the matrix: a toxic on a dependency, what is asked meanwhile, and what must hold of every answer. */
import {
  type Api,
  type Dependency,
  type FaultsWorld,
  type Patience,
  type Reply,
  send,
  someLogin,
  tokenOf,
} from './faults-world.ts';
import type { Toxic, ToxicName } from './toxic-proxy.ts';

export type Role = 'required' | 'optional';

/** Toxics that a service survives, and those that it does not. */
export const toxics: Record<ToxicName, { toxic: Toxic; isBearable: boolean }> = {
  latency: { toxic: { type: 'latency', ms: 50 }, isBearable: true },
  down: { toxic: { type: 'down' }, isBearable: false },
  bandwidth: { toxic: { type: 'bandwidth', bytesPerSecond: 200_000 }, isBearable: true },
  slow_close: { toxic: { type: 'slow_close', ms: 200 }, isBearable: true },
  timeout: { toxic: { type: 'timeout', ms: 0 }, isBearable: false },
  reset_peer: { toxic: { type: 'reset_peer', ms: 0 }, isBearable: false },
  slicer: { toxic: { type: 'slicer', bytes: 512, ms: 1 }, isBearable: true },
  limit_data: { toxic: { type: 'limit_data', bytes: 5 }, isBearable: false },
};

interface Asked {
  path: string;
  /** Of whom; a learner asks about herself. */
  who: 'learner' | 'org_admin';
}
const ofLearner = (path: string): Asked => ({ path: `/analytics/${path}/me`, who: 'learner' });
const velocity = ofLearner('learner/velocity');

/** What is asked of each dependency, by what it is to the answer. */
export const questions: Record<Dependency, Partial<Record<Role, Asked | 'login' | 'points'>>> = {
  auth: { required: 'login', optional: velocity },
  directory: {
    required: { path: '/analytics/organization/department-analytics/org-1', who: 'org_admin' },
    optional: velocity,
  },
  courses: { required: velocity, optional: ofLearner('learner/content-effectiveness') },
  content: {
    required: ofLearner('learner/content-effectiveness'),
    optional: ofLearner('learner/engagement'),
  },
  assessment: { required: ofLearner('learner/performance'), optional: ofLearner('learner/mastery') },
  skills: { required: ofLearner('learner/skill-gap'), optional: ofLearner('learner/performance') },
  learnerAi: { optional: ofLearner('predictive/recommendations') },
  devlab: { optional: ofLearner('learner/engagement') },
  rag: { optional: ofLearner('learner/engagement') },
  redis: { optional: velocity },
  postgres: { required: 'points', optional: { path: '/gamification/streak/me', who: 'learner' } },
};

/** What none of the services is asked for but one that is well. */
const beside: Record<Dependency, Asked> = {
  auth: velocity,
  directory: { path: '/metrics/definitions', who: 'learner' },
  courses: ofLearner('learner/skill-gap'),
  content: velocity,
  assessment: velocity,
  skills: velocity,
  learnerAi: velocity,
  devlab: velocity,
  rag: velocity,
  redis: ofLearner('learner/skill-gap'),
  postgres: velocity,
};

let keys = 0;

function ask({ url }: Api, asked: Asked | 'login' | 'points', learner: string): Promise<Reply> {
  if (asked === 'login')
    return send(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(someLogin()),
    });
  if (asked === 'points') {
    keys += 1;
    return send(`${url}/api/v1/gamification/points`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf('drill-admin', 'admin')}`,
        'content-type': 'application/json',
        'idempotency-key': `drill-key-${process.pid}-${keys}`,
      },
      body: JSON.stringify({
        userId: learner,
        source: 'course',
        reference: `drill-${process.pid}-${keys}`,
        occurredAt: '2026-01-15T09:00:00Z',
      }),
    });
  }
  const token = asked.who === 'learner' ? tokenOf(learner) : tokenOf('drill-org-admin', asked.who);
  return send(`${url}/api/v1${asked.path}`, { headers: { authorization: `Bearer ${token}` } });
}

/** A figure by its path; a `[]` in it means every row. */
function figuresAt(data: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>(
    (values, name) =>
      values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        const next = (value as Record<string, unknown>)[name.replace('[]', '')];
        return name.endsWith('[]') && Array.isArray(next) ? next : [next];
      }),
    [data],
  );
}

/** What is wrong with any answer, whatever happens to whom. */
export function wrongs(reply: Reply, mock: keyof FaultsWorld['apis'], mostMs: number): string[] {
  const { status, headers, body, ms } = reply;
  const found: string[] = [];
  if (ms > mostMs) found.push(`took ${ms.toFixed(0)} ms`);
  for (const name of ['cache-control', 'cdn-cache-control', 'vercel-cdn-cache-control'])
    if (/public|s-maxage/.test(headers.get(name) ?? '')) found.push(`${name}: ${headers.get(name)}`);
  if (status >= 400) {
    if (![502, 503, 504].includes(status)) found.push(`status ${status}`);
    if (headers.get('cache-control') !== 'no-store') found.push('an error that may be kept');
    if (status === 503 && !(Number(headers.get('retry-after')) > 0)) found.push('503 without Retry-After');
    if (body?.success !== false) found.push('no problem');
    return found;
  }
  const meta = body?.meta ?? {};
  if (meta.sources === undefined) return found;
  const origins: string[] = meta.sources.flatMap(
    ({ dataSource }: { dataSource: string | null }) => dataSource ?? [],
  );
  if (origins.includes('mock') && new Set(origins).size > 1) found.push('mock beside live');
  if (origins.includes('mock') !== (meta.dataSource === 'mock')) found.push('mock that is not called so');
  if (meta.dataSource === 'mock') {
    if (mock === 'forbidden') found.push('mock where it is forbidden');
    if (headers.get('cache-control') !== 'no-store') found.push('mock that may be kept');
  }
  const failed = meta.sources.some(({ error }: { error?: string }) => error !== undefined);
  if (failed && meta.complete) found.push('complete, though a source failed');
  for (const { field, reason } of meta.missing as { field: string; reason: string }[]) {
    if (reason !== 'unavailable') continue;
    const known = figuresAt(body.data, field).filter((value) => value !== null && value !== undefined);
    // Of a list those of its rows are null that rest on it.
    const rows = figuresAt(body.data, field).length;
    if (known.length > 0 && (!field.includes('[]') || known.length === rows))
      found.push(`${field} has a value and is missing`);
  }
  return found;
}

/** As the table says it: `realtime`, `partial`, `stale`, `mock`, or a status. */
export function formOf({ status, body }: Reply): string {
  if (status >= 300) return String(status);
  const { dataSource, complete } = body?.meta ?? {};
  if (dataSource === undefined) return String(status);
  return complete === false && dataSource === 'realtime' ? 'partial' : dataSource;
}

export interface Cell {
  dependency: Dependency;
  toxic: ToxicName;
  role: Role;
  mock: keyof FaultsWorld['apis'];
  /** Of somebody nobody has asked about, and of somebody whose answer is known. */
  unknown: string;
  known: string;
  slowestMs: number;
  /** From the toxic's end until answers are as before. */
  recoveryMs: number | null;
  problems: string[];
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const mostRecoveryMs = 5000;

/** Asks until it is as wished, for as long as a recovery may last; the last reply, and whether it was. */
async function askUntil(
  question: () => Promise<Reply>,
  isWished: (reply: Reply) => boolean,
  { slackMs }: Patience,
): Promise<{ reply: Reply; wasWished: boolean }> {
  const end = performance.now() + mostRecoveryMs + slackMs;
  for (;;) {
    const reply = await question();
    if (isWished(reply)) return { reply, wasWished: true };
    if (performance.now() >= end) return { reply, wasWished: false };
    await wait(100);
  }
}

/**
 * Poisons one dependency and asks, in both APIs, whatever needs it and whatever does not.
 * @param recovers false = breakers are closed by hand afterwards, which spares the wait.
 */
export async function runCell(
  { proxies, apis, somebody, patience }: FaultsWorld,
  dependency: Dependency,
  toxicName: ToxicName,
  recovers = true,
): Promise<Cell[]> {
  const proxy = proxies.get(dependency);
  if (proxy === undefined) throw new Error(`there is no ${dependency}`);
  const { toxic, isBearable } = toxics[toxicName];
  const mostMs = patience.budgetMs + patience.slackMs;
  const tasks = Object.entries(questions[dependency]).flatMap(([role, asked]) =>
    (['allowed', 'forbidden'] as const).map((mock) => ({
      role: role as Role,
      asked,
      mock,
      somebodyKnown: somebody(),
      somebodyNew: somebody(),
    })),
  );
  const somebodyBeside = somebody();
  // A first question may be late in a world that has just begun: what is usual is known once it is well.
  const usual = await Promise.all(
    tasks.map(({ mock, asked, somebodyKnown }) =>
      askUntil(
        () => ask(apis[mock], asked, somebodyKnown),
        ({ status }) => status < 300,
        patience,
      ),
    ),
  );
  const besideUsual = await ask(apis.forbidden, beside[dependency], somebodyBeside);

  await proxy.poison(toxic);
  const during = await Promise.all(
    tasks.map(async (task, index) => {
      const { asked, mock } = task;
      const [unknown, known] = await Promise.all([
        ask(apis[mock], asked, task.somebodyNew),
        ask(apis[mock], asked, task.somebodyKnown),
      ]);
      const before = (usual[index] as (typeof usual)[number]).reply;
      const problems = [...wrongs(unknown, mock, mostMs), ...wrongs(known, mock, mostMs)];
      if (!(before.status < 300)) problems.push(`not well before: ${before.status}`);
      const isReply = (reply: Reply) => formOf(reply) === formOf(before);
      if ((isBearable || dependency === 'redis') && !(isReply(unknown) && isReply(known)))
        problems.push(`${formOf(unknown)}, ${formOf(known)} though it can be borne`);
      return { ...task, before, unknown, known, problems };
    }),
  );
  const other = await ask(apis.forbidden, beside[dependency], somebodyBeside);
  const otherProblems =
    formOf(other) === formOf(besideUsual) && other.ms < patience.budgetMs
      ? []
      : [`others: ${formOf(other)} in ${other.ms.toFixed(0)} ms`];

  await proxy.heal();
  const healedAt = performance.now();
  const service =
    proxies.has(dependency) && dependency !== 'redis' && dependency !== 'postgres' ? dependency : undefined;
  if (!recovers && service !== undefined)
    for (const { container } of Object.values(apis)) container.gate.resetBreaker(service);
  return Promise.all(
    during.map(async (task): Promise<Cell> => {
      const { role, mock, asked, before, unknown, known, problems } = task;
      const { wasWished } = await askUntil(
        () => ask(apis[mock], asked, task.somebodyKnown),
        (reply) => formOf(reply) === formOf(before),
        patience,
      );
      const recoveryMs = wasWished ? performance.now() - healedAt : null;
      if (recoveryMs === null) problems.push(`not well again after ${mostRecoveryMs + patience.slackMs} ms`);
      return {
        ...{ dependency, toxic: toxicName, role, mock, recoveryMs },
        unknown: formOf(unknown),
        known: formOf(known),
        slowestMs: Math.max(unknown.ms, known.ms),
        problems: [...problems, ...otherProblems],
      };
    }),
  );
}
