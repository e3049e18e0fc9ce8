/** Alerts and dashboards against what a running process really tells, and against the page that says what to do. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTool } from '../../scripts/debian-tools.ts';
import { scenarios } from '../../scripts/deploy/alert-scenarios.ts';
import { alertRules, scaled } from '../../scripts/deploy/prometheus.ts';
import { readConfig } from '../../src/config.ts';
import { type Container, makeContainer } from '../../src/container.ts';
import { describeWith } from './tools.ts';

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(here(path), 'utf8');
const rules = alertRules();

interface Dashboard {
  panels: { targets: { expr: string }[] }[];
}
const dashboards = readdirSync(here('deploy/grafana/dashboards')).map((file) => ({
  file,
  exprs: (JSON.parse(read(`deploy/grafana/dashboards/${file}`)) as Dashboard).panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr),
  ),
}));

/** What Prometheus itself knows of whom it asks. */
const ofPrometheus = new Set(['up']);
const labelsOfPrometheus = new Set(['job', 'instance', 'exported_job']);

interface Selected {
  metric: string;
  labels: readonly string[];
}

/** The metrics that an expression selects, with the labels that it selects them by. */
function selectedIn(expr: string): { selected: Selected[]; grouped: string[]; isValid: boolean } {
  // Grafana puts a duration there.
  const text = expr.replaceAll('$__rate_interval', '5m');
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  let isValid = true;
  parser.parse(text).iterate({
    enter: ({ name, from, to, type, node }) => {
      const word = text.slice(from, to);
      if (type.isError) isValid = false;
      if (name === 'VectorSelector') selected.push({ metric: '', labels: [] });
      const last = selected.at(-1);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector' && last) last.metric = word;
      if (name !== 'LabelName') return;
      if (node.parent?.name === 'GroupingLabels') grouped.push(word);
      else last?.labels.push(word);
    },
  });
  return { selected, grouped, isValid };
}

/** Names with their labels, as a process tells them: those of its samples, and for what has none, of the page. */
function toldBy(text: string): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\w+) (\w+)/gm))
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
      told.set(name + suffix, new Set(suffix === '_bucket' ? ['le'] : []));
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*?)\} /gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)=/g)) told.get(name)?.add(label);
  for (const [, name = '', labels = ''] of read('docs/operations.md').matchAll(
    /^\| `(\w+)` \| ([\w, ]*) \|/gm,
  ))
    for (const suffix of ['', '_bucket', '_sum', '_count'])
      for (const label of labels.split(', ').filter(Boolean)) told.get(name + suffix)?.add(label);
  return told;
}

describe('alerts and dashboards', () => {
  let container: Container;
  let told: Map<string, Set<string>>;
  beforeAll(async () => {
    const result = readConfig({ LOG_LEVEL: 'silent', DATABASE: 'none', MOCK_LEARNERS: '50' });
    if (!result.ok) throw new Error(result.problems.join('\n'));
    container = await makeContainer(result.config);
    await request(container.listener).get('/health');
    told = toldBy((await request(container.listener).get('/metrics')).text);
  });
  afterAll(() => container.close());

  const all = [{ file: 'alerts.yml', exprs: rules.map(({ expr }) => expr) }, ...dashboards];
  it.each(all)('of $file name only what a running process tells', ({ exprs }) => {
    expect(exprs.length).toBeGreaterThan(10);
    for (const expr of exprs) {
      const { selected, grouped, isValid } = selectedIn(expr);
      expect([isValid, selected.length > 0], expr).toEqual([true, true]);
      const labels = new Set(labelsOfPrometheus);
      for (const { metric, labels: own } of selected) {
        const known = ofPrometheus.has(metric) ? new Set<string>() : told.get(metric);
        expect(known, `${metric} in ${expr}`).toBeDefined();
        for (const label of known ?? []) labels.add(label);
        for (const label of own) expect(labels, `${label} of ${metric}`).toContain(label);
      }
      for (const label of grouped) expect(labels, `${label} in ${expr}`).toContain(label);
    }
  });

  it('would be refused for a metric or a label that does not exist', () => {
    expect(told.has('http_request_total')).toBe(false);
    expect(told.get('source_late')).toEqual(new Set(['service']));
    expect(selectedIn('sum by (a) (rate(b{c="d"}[5m])) / e').selected).toEqual([
      { metric: 'b', labels: ['c'] },
      { metric: 'e', labels: [] },
    ]);
    expect(selectedIn('sum by (').isValid).toBe(false);
  });
});

describe('an alert', () => {
  it('has a section that says what it means, what to look at and what to do, and no section is of none', () => {
    const sections = read('docs/runbooks.md').split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(rules.map(({ alert }) => alert));
    for (const [at, { alert, labels, annotations }] of rules.entries()) {
      expect(annotations.runbook).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
      expect(annotations.summary.length).toBeGreaterThan(10);
      const section = sections[at] ?? '';
      expect(section, alert).toMatch(new RegExp(`\\*${labels.severity}\\.\\*`));
      for (const part of ['- Look:', '- Do:']) expect(section, alert).toContain(part);
    }
  });

  it('has a fault in the drill that causes it', () => {
    const caused = scenarios.flatMap(({ alerts }) => alerts.map(({ alert }) => alert));
    expect([...new Set(caused)].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  it('is drilled as it is, only sooner', () => {
    const rule = { alert: 'A', expr: 'max(x_oldest_seconds) > 60 and rate(y[5m]) > 0.05', for: '2m' };
    const { expr, for: wait } = scaled({
      ...rule,
      labels: { severity: 'page' },
      annotations: { summary: '', runbook: '' },
    });
    expect([expr, wait]).toEqual(['max(x_oldest_seconds) > 2 and rate(y[10s]) > 0.05', '2s']);
  });
});

describeWith('promtool', 'the rules', () => {
  it('are well formed, and fire when they should', () => {
    const said = (...args: string[]) =>
      execFileSync(ensureTool('promtool'), args, { encoding: 'utf8', stdio: 'pipe' });
    expect(said('check', 'rules', here('deploy/prometheus/alerts.yml'))).toContain(
      `${rules.length} rules found`,
    );
    expect(said('test', 'rules', here('deploy/prometheus/alerts.test.yml'))).toContain('SUCCESS');
    expect(said('check', 'config', '--syntax-only', here('deploy/prometheus/prometheus.yml'))).toContain(
      'is valid',
    );
  });
});
