import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { OnJobEnd } from '../../application/jobs/run-job.ts';
import { anomalyKinds, anomalyOutcomes, type OnAnomalyCheck } from '../../application/ports/notices.ts';
import type { OnScore } from '../../application/ports/predictions.ts';

/** Seconds, from a look around to the longest that a job may take. */
const runBuckets = [0.1, 1, 10, 60, 600, 3600];

export interface WorkFigures {
  onScore: OnScore;
  onJobEnd: OnJobEnd;
  onAnomalyCheck: OnAnomalyCheck;
  /** Counts a refusal, by the limit that was reached. */
  onRefused: (limit: string) => void;
  /** Counts a line of the log from WARN on. */
  onTrouble: (level: 'warn' | 'error') => void;
}

/** Of models, jobs, limits and the log. Labels are words of ours: names of models, levels, jobs and limits. */
export function makeWorkFigures(registry: Registry, now: () => number): WorkFigures {
  const registers = [registry];
  const scores = new Counter({
    name: 'model_scores_total',
    help: 'Scores that models gave, by model and level; an answer that is kept counts when it is made',
    labelNames: ['model', 'level'],
    registers,
  });
  const runs = new Counter({
    name: 'jobs_runs_total',
    help: 'Attempts at a job by how they ended; given_up = none follows, lost = another process went on',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const runSeconds = new Histogram({
    name: 'jobs_run_seconds',
    help: 'How long attempts at a job took',
    labelNames: ['job'],
    buckets: runBuckets,
    registers,
  });
  const doneAt = new Gauge({
    name: 'jobs_done_timestamp_seconds',
    help: 'When this process did a job last; no line = it has not',
    labelNames: ['job'],
    registers,
  });
  const refusals = new Counter({
    name: 'rate_limit_refusals_total',
    help: 'Requests that were refused, by the limit that was reached',
    labelNames: ['limit'],
    registers,
  });
  const lines = new Counter({
    name: 'log_lines_total',
    help: 'Lines of the log that say that something is wrong; error = it wakes somebody',
    labelNames: ['level'],
    registers,
  });
  const checks = new Counter({
    name: 'anomaly_checks_total',
    help: 'Looks for something unusual, by what was looked at and what came of it; unknown = too little to tell',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of anomalyKinds) for (const outcome of anomalyOutcomes) checks.inc({ kind, outcome }, 0);
  for (const level of ['warn', 'error']) lines.inc({ level }, 0);
  return {
    onScore: (model, level) => scores.inc({ model, level }),
    onJobEnd: (job, outcome, ms) => {
      runs.inc({ job, outcome });
      runSeconds.observe({ job }, ms / 1000);
      if (outcome === 'done') doneAt.set({ job }, Math.floor(now() / 1000));
    },
    onAnomalyCheck: (kind, outcome) => checks.inc({ kind, outcome }),
    onRefused: (limit) => refusals.inc({ limit }),
    onTrouble: (level) => lines.inc({ level }),
  };
}
